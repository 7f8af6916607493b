package dev.lethe.kernels.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheFolderTest {
    @Test
    void shouldBeWhereUsersExpectIt() {
        assertEquals(Path.of("/own"),
                CacheFolder.of(Map.of("LETHE_CACHE", "/own", "XDG_CACHE_HOME", "/x"), "/home/me"));
        assertEquals(Path.of("/x/lethe"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "/x"), "/home/me"));
        assertEquals(Path.of("/home/me/.cache/lethe"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "x"), "/home/me"));
    }

    /** Services and containers run programs so; the JVM then says "?" for the home folder. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "?", "home"})
    void shouldBeWithTemporaryFilesForAUserWithoutAHome(String home) {
        assertEquals(Path.of(System.getProperty("java.io.tmpdir"), "lethe-cache"), CacheFolder.of(Map.of(), home));
        assertEquals(Path.of("/own"), CacheFolder.of(Map.of("LETHE_CACHE", "/own"), home));
        assertEquals(Path.of("/x/lethe"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "/x"), home));
    }
}
