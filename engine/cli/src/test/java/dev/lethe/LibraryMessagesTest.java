package dev.lethe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Messages of the library, which is called by programs: they name settings, not options of a command line. */
class LibraryMessagesTest {
    /** Options, apart from those of other programs and of style sheets. */
    private static final Pattern OPTION = Pattern
            .compile("\"[^\"]*--(?!add-modules|gpu-architecture|std=|ink-)[a-z][^\"]*\"");
    /** Places whose texts are for the command line alone; studies there name their own options. */
    private static final List<String> COMMAND_LINE = List.of("/dev/lethe/cli/", "/dev/lethe/pack/",
            "/dev/lethe/study/");

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("tracker", "kernels", "native/cpu", "native/cuda", "engine/core",
                "engine/datasets",
                "engine/report", "engine/cli")) {
            try (Stream<Path> files = Files.walk(Path.of("..", "..", module, "src", "main", "java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> COMMAND_LINE.stream().noneMatch(file.toString()::contains))
                        .forEach(sources::add);
            }
        }
        return sources;
    }

    @Test
    void shouldNameNoOptionsOfTheCommandLine() throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> sources = sources();
        assertTrue(sources.size() > 300, "sources=" + sources.size());
        for (Path source : sources) {
            Files.readString(source).lines().filter(line -> OPTION.matcher(line).find())
                    .forEach(line -> found.add(source.getFileName() + ": " + line.strip()));
        }
        assertEquals(List.of(), found);
    }
}
