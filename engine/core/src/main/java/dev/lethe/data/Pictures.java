package dev.lethe.data;

/**
 * Check for Java's module {@code java.desktop}, which reads and draws pictures. A pack may be made without it. The
 * check comes before any use of the module, because a class that misses it fails with the name of another.
 */
public final class Pictures {
    /** Beginning of a sentence that refuses a command for want of the module. */
    public static final String LEFT_OUT = "this Lethe was packed without figures";

    private Pictures() {}

    /** Tells whether pictures can be read here, and figures drawn. */
    public static boolean possible() {
        return ModuleLayer.boot().findModule("java.desktop").isPresent();
    }
}
