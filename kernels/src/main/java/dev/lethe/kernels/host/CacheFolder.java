package dev.lethe.kernels.host;

import java.nio.file.Path;
import java.util.Map;

/** The folder of data sets, decoded images and timings: everything in it can be made again. */
public final class CacheFolder {
    private CacheFolder() {}

    /**
     * Returns the system property {@code lethe.cache}, or else {@code $LETHE_CACHE}, or else
     * {@code $XDG_CACHE_HOME/lethe}, or else {@code ~/.cache/lethe}, or else, for users without a home folder,
     * {@code lethe-cache} among temporary files.
     */
    public static Path current() {
        String property = System.getProperty("lethe.cache", "");
        return property.isEmpty() ? of(System.getenv(), System.getProperty("user.home")) : Path.of(property);
    }

    static Path of(Map<String, String> environment, String home) {
        String own = environment.getOrDefault("LETHE_CACHE", "");
        if (!own.isEmpty()) {
            return Path.of(own);
        }
        String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
        if (Path.of(shared).isAbsolute()) { // the specification says to ignore a relative one
            return Path.of(shared, "lethe");
        }
        return isKnown(home)
                ? Path.of(home, ".cache", "lethe")
                : Path.of(System.getProperty("java.io.tmpdir"), "lethe-cache");
    }

    /** Tells whether a user has a home folder: without one, the JVM takes "?" for it, which would be made here. */
    public static boolean isKnown(String home) {
        return home != null && Path.of(home).isAbsolute();
    }
}
