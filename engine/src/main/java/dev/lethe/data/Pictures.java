package dev.lethe.data;

/**
 * Pictures, read and drawn: what needs Java's module {@code java.desktop}. A pack may be made without it; where that is
 * so, is asked before anything of the module is used, because the class that misses it fails with the name of another.
 */
public final class Pictures {
    /** The beginning of a sentence that refuses what needs them. */
    public static final String LEFT_OUT = "this Lethe was packed without figures";

    private Pictures() {}

    /** Whether PNG and JPEG files can be read here, and figures drawn. */
    public static boolean possible() {
        return ModuleLayer.boot().findModule("java.desktop").isPresent();
    }
}
