package dev.lethe.tracker.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {
    private static final Providers<Named> PROVIDERS = new Providers<>("thing", Named::name, "ours"::equals);
    private static final String HERE = ProvidersTest.class.getName() + "$";

    @TempDir
    private Path folder;

    /** A service. */
    public interface Named {
        String name();
    }

    public record First() implements Named {
        @Override
        public String name() {
            return "first";
        }
    }

    public record Second() implements Named {
        @Override
        public String name() {
            return "second_2";
        }
    }

    public record AlsoFirst() implements Named {
        @Override
        public String name() {
            return "first";
        }
    }

    public record Ours() implements Named {
        @Override
        public String name() {
            return "ours";
        }
    }

    public record Unspeakable() implements Named {
        @Override
        public String name() {
            return "my:thing";
        }
    }

    public static final class Failing implements Named {
        public Failing() {
            throw new IllegalStateException("no weights");
        }

        @Override
        public String name() {
            return "failing";
        }
    }

    private List<Named> load(String... classes) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(Named.class.getName()), List.of(classes));
        try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()},
                Named.class.getClassLoader())) {
            return PROVIDERS.load(ServiceLoader.load(Named.class, loader));
        }
    }

    private String refusal(String... classes) {
        return assertThrows(IllegalArgumentException.class, () -> load(classes)).getMessage();
    }

    @Test
    void shouldMakeOneOfEachClass() throws IOException {
        assertEquals(List.of(new First(), new Second()), load(HERE + "First", HERE + "Second"));
        assertEquals(List.of(), load());
    }

    @Test
    void shouldRefuseTwoOfOneName() {
        assertEquals("two of class=" + HERE + "First and class=" + HERE + "AlsoFirst are the thing 'first': give one "
                + "of them another name, or take it off the path", refusal(HERE + "First", HERE + "AlsoFirst"));
    }

    @Test
    void shouldRefuseTheNameOfOneOfLethes() {
        assertEquals("thing 'ours' of class=" + HERE + "Ours has the name of one of Lethe's: give it another name",
                refusal(HERE + "Second", HERE + "Ours"));
    }

    @Test
    void shouldRefuseANameThatCannotBeWritten() {
        assertEquals("thing 'my:thing' of class=" + HERE + "Unspeakable: name it with small letters, digits and "
                + "underscores, a letter first", refusal(HERE + "Unspeakable"));
    }

    @Test
    void shouldSayWhichClassIsMissingOrFails() {
        assertEquals("a thing cannot be loaded, " + Named.class.getName() + ": Provider " + HERE
                + "Lost not found: mend its class, or take the JAR or folder that provides it off the path",
                refusal(HERE + "First", HERE + "Lost"));
        assertEquals("a thing cannot be loaded, " + Named.class.getName() + ": Provider " + HERE
                + "Failing could not be instantiated by java.lang.IllegalStateException: no weights: mend its class, "
                + "or take the JAR or folder that provides it off the path", refusal(HERE + "Failing"));
    }
}
