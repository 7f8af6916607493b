package dev.lethe.pack;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A kind of machine, as JavaCPP names it. A pack is for the kind that makes it: a JDK links runtimes for itself.
 *
 * @param name such as {@code linux-x86_64}
 */
record Platform(String name) {
    private static final Pattern SHARED_LIBRARY = Pattern.compile(".*\\.(so(\\.\\d+)*|dylib|jnilib|dll)");

    /** The machine that Lethe runs on; a {@link PackException} where there are no packs. */
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

    /** Whether an entry of a jar is native code, of whatever platform. */
    static boolean isSharedLibrary(String entry) {
        return SHARED_LIBRARY.matcher(entry).matches();
    }

    /** Whether the name of a jar says that it holds natives of this platform. */
    boolean isOfNatives(String jar) {
        return jar.endsWith("-" + name + ".jar");
    }

    /** Whether an entry of such a jar is a library that the bindings load. */
    boolean isNative(String entry) {
        return isSharedLibrary(entry) && entry.contains("/" + name + "/");
    }
}
