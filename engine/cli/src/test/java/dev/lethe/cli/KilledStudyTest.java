package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A study that is killed with SIGKILL at its renames ends, when it is run again, as if it had not been. */
class KilledStudyTest {
    @TempDir
    private Path folder;
    private Path data;

    @BeforeEach
    void writeData() throws IOException {
        data = StripedImages.write(folder.resolve("stripes"), 120, 40);
    }

    private List<String> command(Path out) {
        return List.of("study", "forgetting", "--data", data.toString(), "--out", out.toString(), "--seeds", "1",
                "--epochs", "2", "--batch", "24", "--threads", "1");
    }

    private void run(Path out) {
        StringWriter err = new StringWriter();
        assertEquals(0, Lethe.run(new PrintWriter(new StringWriter()), new PrintWriter(err),
                command(out).toArray(String[]::new)), err.toString());
    }

    private KilledLethe.Ended kill(Path out, BiPredicate<Integer, String> dies) throws Exception {
        return KilledLethe.run(folder.resolve("cache"), dies, command(out));
    }

    private static List<String> names(Path out) throws IOException {
        try (Stream<Path> files = Files.walk(out)) {
            return files.map(file -> out.relativize(file).toString()).sorted().toList();
        }
    }

    private void requireSame(Path whole, Path killed) throws IOException {
        assertEquals(names(whole), names(killed));
        for (String name : names(whole)) {
            boolean same = name.endsWith(".lethe") || name.endsWith(".npy") || name.endsWith("scores.csv")
                    || name.endsWith(".safetensors") || name.endsWith("config.json") || name.endsWith("suspects.csv");
            if (same) {
                assertArrayEquals(Files.readAllBytes(whole.resolve(name)), Files.readAllBytes(killed.resolve(name)),
                        name);
            }
        }
    }

    /** One folder, in which each process dies at another file. */
    @Test
    @Tag("slow")
    void shouldEndTheSameAfterKillsAtSeveralFiles() throws Exception {
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        for (String name : List.of("study.json", "checkpoint", "run.json")) {
            KilledLethe.Ended ended = kill(killed, (_, target) -> target.equals(name));
            assertEquals(Optional.of(name), ended.killedAt(), ended.output());
        }
        run(whole);
        run(killed);
        requireSame(whole, killed);
    }

    @Test
    @Tag("long")
    void shouldEndTheSameAfterAKillAtEachRename() throws Exception {
        Path whole = folder.resolve("whole");
        run(whole);
        boolean died = true;
        for (int rename = 0; died; rename++) {
            int last = rename;
            Path killed = folder.resolve("killed-" + rename);
            died = kill(killed, (number, _) -> number == last).killedAt().isPresent();
            run(killed);
            requireSame(whole, killed);
            assertTrue(died || rename > 20, "renames=" + rename);
        }
    }
}
