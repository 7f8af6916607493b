package dev.lethe.kernels;

import java.nio.file.Path;
import java.util.Map;

/** Where data sets, decoded images and timings are kept: nothing there is lost that cannot be made again. */
public final class CacheFolder {
    private CacheFolder() {}

    /**
     * The system property {@code lethe.cache}, or else {@code $LETHE_CACHE}, or else {@code $XDG_CACHE_HOME/lethe}, or
     * else {@code ~/.cache/lethe}.
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
        // the specification says to ignore a relative one
        Path caches = !shared.isEmpty() && Path.of(shared).isAbsolute() ? Path.of(shared) : Path.of(home, ".cache");
        return caches.resolve("lethe");
    }
}
