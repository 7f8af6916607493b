package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {
    @Test
    void shouldBeWhereUsersExpectIt() {
        assertEquals(Path.of("/own"),
                CacheFolder.of(Map.of("LETHE_CACHE", "/own", "XDG_CACHE_HOME", "/x"), "/home/me"));
        assertEquals(Path.of("/x/lethe"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "/x"), "/home/me"));
        assertEquals(Path.of("/home/me/.cache/lethe"), CacheFolder.of(Map.of("XDG_CACHE_HOME", "x"), "/home/me"));
    }
}
