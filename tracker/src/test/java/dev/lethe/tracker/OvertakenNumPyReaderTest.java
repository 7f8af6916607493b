package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program {@code docs/python/lethe_history.py} that a writer overtakes between any of its reads: what it returns is
 * always what some commit left.
 */
@Tag("slow")
class OvertakenNumPyReaderTest {
    private static final int READS = 1000;

    /** Lets the reader find other images of the file at each of its reads; {@code at} is the one it finds next. */
    private static final String IMAGES = """
            import io, random, sys, numpy as np, lethe_history
            size, epochs = int(sys.argv[2]), [int(count) for count in sys.argv[3].split(",")]
            content = open(sys.argv[1], "rb").read()
            images = [content[i * size:(i + 1) * size] for i in range(len(epochs))]
            at = 0
            class Moving(lethe_history.Bytes):
                def __init__(self, path):
                    self.path, self.size = path, size
                def __getitem__(self, part):
                    self.file = io.BytesIO(images[at])
                    content = super().__getitem__(part)
                    move(part)
                    return content
            lethe_history.Bytes = Moving
            """;

    private static final String READ_WHILE_WRITTEN = IMAGES + """
            def move(part):
                global at
                if random.random() < pace:
                    at = min(at + random.randint(1, most), len(images) - 1)
            torn = 0
            for seed in range(int(sys.argv[4])):
                random.seed(seed)
                start = at = random.randrange(len(images))
                pace, most = random.choice([0.02, 0.1, 0.3]), random.choice([1, 5, 40])
                try:
                    h = lethe_history.read("moving", verify=seed % 2 == 0)
                    found = max(h["epoch"], default=0)
                    problem = not np.array_equal(h["sums"][:, 0], h["seen"].sum(0)) and "sums" \\
                        or not np.array_equal(h["sums"][:, 1], h["correct"].sum(0)) and "correct" \\
                        or found not in epochs[start:at + 1] and f"epochs={found} of {epochs[start:at + 1]}"
                except ValueError as e:
                    problem = e
                if problem:
                    torn += 1
                    torn < 9 and print(f"seed={seed} image={start} to {at}: {problem}")
            print("torn", torn)
            """;

    private static final String READ_WHAT_CHANGES_EACH_TIME = IMAGES + """
            def move(part):
                global at
                at ^= int(sys.argv[4]) <= (part.start or 0) < int(sys.argv[5])
            images = [images[epochs.index(2)], images[epochs.index(3)]]
            lethe_history.read("moving", verify=False)
            """;

    @TempDir
    private Path folder;
    private NumPyReader reader;

    @BeforeEach
    void findNumPy() throws Exception {
        reader = NumPyReader.find();
    }

    private static String list(List<Integer> epochs) {
        return epochs.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Test
    void shouldReturnWhatSomeCommitLeft() throws Exception {
        ImagesMedium medium = ImagesMedium.ofCommits();
        Path file = folder.resolve("images");
        medium.writeImages(file);
        assertEquals(List.of("torn 0"),
                reader.lines(READ_WHILE_WRITTEN, file, ImagesMedium.LAYOUT.fileBytes(), list(medium.epochs()), READS));
    }

    @Test
    void shouldSayThatItIsOvertakenEachTime() throws Exception {
        ImagesMedium medium = ImagesMedium.ofCommits();
        Path file = folder.resolve("images");
        medium.writeImages(file);
        NumPyReader.Outcome outcome = reader.script(READ_WHAT_CHANGES_EACH_TIME, file, ImagesMedium.LAYOUT.fileBytes(),
                list(medium.epochs()), ImagesMedium.LAYOUT.sums(0), ImagesMedium.LAYOUT.correctPlane(0));
        assertEquals(1, outcome.exitCode(), outcome.lines().toString());
        assertEquals("ValueError: moving: commits overtook 100 reads of it: read it when its writer is done, or a copy",
                outcome.lines().getLast());
    }
}
