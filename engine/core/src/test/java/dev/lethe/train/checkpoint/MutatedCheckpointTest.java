package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints with a damaged file, which are refused with the documented exception, or read as they were written. */
@Tag("slow")
class MutatedCheckpointTest {
    private static final int MUTANTS = 3_000;

    @Test
    void shouldRefuseMutatedCheckpointsOrReadThemIdentically(@TempDir Path run) throws IOException {
        CheckpointFolder folder = new CheckpointFolder(run);
        TrainingState state = States.after(12);
        folder.write(state);
        List<String> names = List.of("state.json", "weights.safetensors", "state.json", "optimizer.safetensors");
        Random random = new Random(6);
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            Path file = run.resolve("checkpoint").resolve(names.get(random.nextInt(names.size())));
            byte[] whole = Files.readAllBytes(file);
            byte[] mutant = Mutation.ofAnyFile(whole.clone(), i, random);
            Files.write(file, mutant);
            try {
                assertEquals(state, folder.read(States.RUN).orElseThrow(), "mutant " + i + " of " + file);
                assertTrue(Arrays.equals(whole, mutant) || file.endsWith("state.json"), "mutant " + i + " of " + file);
            } catch (CheckpointException e) {
                refused++;
                assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
                assertFalse(e.getMessage().matches("(?s).*\\p{Cntrl}.*"), e.getMessage());
            } finally {
                Files.write(file, whole);
            }
        }
        assertTrue(refused > MUTANTS / 2, "refused=" + refused);
    }
}
