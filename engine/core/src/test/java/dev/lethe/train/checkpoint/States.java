package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** States of one run, with different values in each epoch. */
final class States {
    static final RunIdentity RUN = new RunIdentity("resnet18", -3, Sha256.ofText("configuration"),
            Sha256.ofText("data"));

    private States() {}

    static TrainingState after(int epoch) {
        Random random = new Random(epoch);
        return new TrainingState(RUN, epoch,
                NamedArray.byName(List.of(TensorBytes.floats("conv1.weight", random, 3, 1, 2, 2),
                        NamedArray.scalar("bn1.num_batches_tracked", 391L * epoch),
                        TensorBytes.floats("fc.bias", random, 5))),
                NamedArray.byName(List.of(TensorBytes.floats("conv1.weight", random, 3, 1, 2, 2),
                        TensorBytes.floats("fc.bias", random, 5))),
                IntStream.rangeClosed(1, epoch).mapToObj(row -> row + ",0.5,\"\u00e4\"").toList());
    }

    /** Returns the epoch of the whole checkpoint that a fresh reader finds; -1 if there is none. */
    static int epochIn(Path run) throws IOException {
        TrainingState state = new CheckpointFolder(run).read(RUN).orElse(null);
        if (state == null) {
            return -1;
        }
        assertEquals(after(state.epoch()), state);
        return state.epoch();
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
