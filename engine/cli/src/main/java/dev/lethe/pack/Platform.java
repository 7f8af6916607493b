package dev.lethe.pack;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Kind of machine, named as in JavaCPP. A pack runs on the kind that made it, because a JDK links runtimes for itself.
 *
 * @param name name of the kind, such as {@code linux-x86_64}
 */
record Platform(String name) {
    private static final Pattern SHARED_LIBRARY = Pattern.compile(".*\\.(so(\\.\\d+)*|dylib|jnilib|dll)");

    /**
     * Returns the kind of this machine.
     *
     * @throws PackException when there are no packs for it
     */
    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Platform of(String system, String architecture) {
        if (!system.equals("Linux")) {
            throw new PackException("packs are made on Linux, for Linux, and this is " + system
                    + ": run ./lethe pack on the kind of machine that the pack is for");
        }
        return new Platform("linux-" + switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "arm64";
            default -> architecture;
        });
    }

    /** Tells whether an entry of a jar is native code of any platform. */
    static boolean isSharedLibrary(String entry) {
        return SHARED_LIBRARY.matcher(entry).matches();
    }

    /** Tells whether the name of a jar marks natives of this platform. */
    boolean isOfNatives(String jar) {
        return jar.endsWith("-" + name + ".jar");
    }

    /** Tells whether an entry of such a jar is a library that the bindings load. */
    boolean isNative(String entry) {
        return isSharedLibrary(entry) && entry.contains("/" + name + "/");
    }
}
