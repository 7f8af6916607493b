package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OwnLoopTest {
    private static final int EPOCHS = 40;
    private static final String[] FILES = {"history.lethe", "weights.safetensors"};

    @TempDir
    private Path temporary;

    private static int epochs(Path folder) throws IOException {
        Path file = folder.resolve("history.lethe");
        if (!Files.exists(file)) {
            return 0;
        }
        try (History history = History.open(file)) {
            return history.epochs();
        }
    }

    private static void killAfter(int epochs, Path folder) throws IOException, InterruptedException {
        Process training = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), OwnLoop.class.getName(), folder.toString(), "" + EPOCHS)
                .redirectOutput(folder.resolve("output").toFile()).redirectErrorStream(true).start();
        try {
            while (epochs(folder) < epochs) {
                assertTrue(training.isAlive(), () -> "ended by itself, with value=" + training.exitValue());
                Thread.sleep(1);
            }
            assertTrue(OwnLoop.progress(folder).endsWith(" of 240 unforgettable"), OwnLoop.progress(folder));
        } finally {
            training.destroyForcibly();
            assertTrue(training.waitFor(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldGoOnWithTheWeightsOfTheCheckpoint() throws Exception {
        Path whole = Files.createDirectory(temporary.resolve("whole"));
        OwnLoop.train(OwnLoop.points(240), OwnLoop.CLASSES, 6, 2, whole);
        Path paused = Files.createDirectory(temporary.resolve("paused"));
        OwnLoop.train(OwnLoop.points(240), OwnLoop.CLASSES, 3, 2, paused);
        assertTrue(OwnLoop.progress(paused).startsWith("epoch 3: "), OwnLoop.progress(paused));
        OwnLoop.train(OwnLoop.points(240), OwnLoop.CLASSES, 6, 2, paused); // makes room for three epochs more
        assertArrayEquals(Files.readAllBytes(whole.resolve(FILES[1])), Files.readAllBytes(paused.resolve(FILES[1])));
        assertEquals(OwnLoop.progress(whole), OwnLoop.progress(paused));
    }

    @Test
    @Tag("slow") // starts processes
    @Timeout(60)
    void shouldLeaveTheFilesOfATrainingThatWasNotKilled() throws Exception {
        Path killed = Files.createDirectory(temporary.resolve("killed"));
        killAfter(3, killed);
        int left = epochs(killed);
        killAfter(left + 3, killed);
        assertTrue(epochs(killed) > left && epochs(killed) < EPOCHS, "epochs=" + epochs(killed));
        OwnLoop.train(OwnLoop.points(240), OwnLoop.CLASSES, EPOCHS, 2, killed);
        Path whole = Files.createDirectory(temporary.resolve("whole"));
        OwnLoop.train(OwnLoop.points(240), OwnLoop.CLASSES, EPOCHS, 2, whole);
        for (String file : FILES) {
            assertArrayEquals(Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(killed.resolve(file)), file);
        }
        assertFalse(OwnLoop.progress(whole).contains(" 0 of"), OwnLoop.progress(whole));
        assertEquals(OwnLoop.progress(whole), OwnLoop.progress(killed));
    }
}
