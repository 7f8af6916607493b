package dev.lethe.tracker.interchange;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that {@code src/test/python/interchange_fixtures.py} wrote with NumPy 1 and 2. */
final class Fixture {

    private Fixture() {}

    static Path path(String name) {
        try {
            return Path.of(Fixture.class.getResource(name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("resource=" + name, e);
        }
    }

    static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }
}
