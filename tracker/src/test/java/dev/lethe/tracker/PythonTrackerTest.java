package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.tracker.interchange.Python;
import dev.lethe.tracker.score.ForgettingScores;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Python package {@code docs/python}, which must write what the tracker writes. */
class PythonTrackerTest {
    private static final Path PACKAGE = Path.of("..", "docs", "python").toAbsolutePath().normalize();
    private static final String IMPORTS = """
            import sys, unittest
            sys.path.insert(0, "%s")
            from lethe_tracker import Tracker
            import lethe_runs
            """.formatted(PACKAGE);
    /** Records the presentations of epochs {@code range(FROM, TO)} in batches of 13. */
    private static final String RECORD = """
            with Tracker.%s as tracker:
                assert tracker.epoch == FROM, tracker.epoch
                for epoch in range(FROM, TO):
                    ids, correct, values = (np.load(f"{epoch}-{name}.npy") for name in ("id", "correct", "values"))
                    for at in range(0, ids.size, 13):
                        rows = slice(at, at + 13)
                        tracker.record_columns(ids[rows], correct[rows], *values.reshape(-1, 4)[rows].T)
                    tracker.commit_epoch()
            """;

    @TempDir
    private Path folder;
    private Path java;
    private Path python;

    @BeforeEach
    void nameFiles() {
        java = folder.resolve("java.lethe");
        python = folder.resolve("python.lethe");
    }

    static Stream<RandomRun> runs() {
        return Stream.of(RandomRun.full(100, 3, 1), RandomRun.sampled(2000, 5, 0.4, 2),
                RandomRun.withReplacement(70, 4, 3), RandomRun.full(1, 1, 4));
    }

    private static TrackerSpec spec(RandomRun run) {
        return TrackerSpec.of(run.examples(), 40).with(Repeats.KEPT);
    }

    private static String create(RandomRun run) {
        return "create('python.lethe', %d, 40, repeats=True)".formatted(run.examples());
    }

    private void save(RandomRun run) throws IOException {
        for (int epoch = 0; epoch < run.epochs().size(); epoch++) {
            List<Presentation> part = run.epochs().get(epoch);
            int[] correct = part.stream().mapToInt(p -> p.correct() ? 1 : 0).toArray();
            float[] values = new float[4 * part.size()];
            for (int i = 0; i < part.size(); i++) {
                Presentation p = part.get(i);
                values[4 * i] = p.margin();
                values[4 * i + 1] = p.el2n();
                values[4 * i + 2] = p.probability();
                values[4 * i + 3] = p.loss();
            }
            write(epoch + "-id", NumpyArray.of(part.stream().mapToInt(Presentation::example).toArray()));
            write(epoch + "-correct", NumpyArray.of(correct));
            write(epoch + "-values", NumpyArray.of(values));
        }
    }

    private void write(String name, NumpyArray array) throws IOException {
        NpyFile.write(folder.resolve(name + ".npy"), array);
    }

    private String run(String script) throws IOException, InterruptedException {
        return Python.run(folder, IMPORTS + script);
    }

    private void record(String tracker, int from, int to) throws IOException, InterruptedException {
        run(RECORD.formatted(tracker).replace("FROM", Integer.toString(from)).replace("TO", Integer.toString(to)));
    }

    @ParameterizedTest
    @MethodSource("runs")
    void shouldWriteTheSameBytes(RandomRun run) throws Exception {
        save(run);
        record(create(run), 0, run.epochs().size());
        try (ForgettingTracker tracker = ForgettingTracker.create(java, spec(run))) {
            run.recordInto(tracker);
        }
        assertArrayEquals(Files.readAllBytes(java), Files.readAllBytes(python));
    }

    /** Covers a run of which Python, the tracker, and Python again train a part. */
    @ParameterizedTest
    @MethodSource("runs")
    void shouldGoOnWithWhatTheOtherWrote(RandomRun run) throws Exception {
        save(run);
        int epochs = run.epochs().size();
        int first = epochs / 2;
        record(create(run), 0, first);
        try (ForgettingTracker tracker = ForgettingTracker.resume(python, spec(run))) {
            assertEquals(first, tracker.committedEpochs());
            RandomRun.record(run.epochs().get(first), tracker);
            tracker.commitEpoch();
        }
        record("reopen('python.lethe')", first + 1, epochs);
        try (ForgettingTracker tracker = ForgettingTracker.create(java, spec(run))) {
            run.recordInto(tracker);
        }
        assertArrayEquals(Files.readAllBytes(java), Files.readAllBytes(python));
        assertSameScores(run);
    }

    private void assertSameScores(RandomRun run) throws Exception {
        String[] lines = run("""
                scores = lethe_runs.scores("python.lethe")
                print(*scores["forgetting_events"])
                print(*np.nan_to_num(scores["first_learned"], nan=-1).astype(int))
                print(*scores["presentations"])
                print(*scores["correct_presentations"])
                """).split("\n");
        try (History history = History.open(python)) {
            ForgettingScores scores = ForgettingScores.of(history);
            List<Integer> ids = IntStream.range(0, run.examples()).boxed().toList();
            assertEquals(ids.stream().map(scores::forgettingEvents).toList(), integers(lines[0]));
            assertEquals(ids.stream().map(scores::firstLearned).toList(), integers(lines[1]));
            assertEquals(ids.stream().map(scores::presentations).toList(), integers(lines[2]));
            assertEquals(ids.stream().map(scores::correctPresentations).toList(), integers(lines[3]));
        }
    }

    private static List<Integer> integers(String line) {
        return Stream.of(line.split(" ")).map(Integer::valueOf).toList();
    }

    /** Covers logits of all sizes, equal ones, and some that are not finite. */
    @Test
    void shouldComputeTheSameFromLogits() throws Exception {
        int examples = 300;
        int classes = 7;
        Random random = new Random(5);
        float[] logits = new float[examples * classes];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 1));
        }
        logits[3 * classes] = Float.NaN;
        logits[4 * classes + 1] = Float.POSITIVE_INFINITY;
        logits[5 * classes + 6] = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            logits[6 * classes + c] = 2.5f;
        }
        int[] ids = IntStream.range(0, examples).toArray();
        int[] labels = random.ints(examples, 0, classes).toArray();
        labels[5] = 6; // whose logit is infinite
        labels[6] = 0;
        write("logits", NumpyArray.of(logits));
        write("labels", NumpyArray.of(labels));
        run("""
                with Tracker.create("python.lethe", 300, 1) as tracker:
                    tracker.record(np.arange(300), np.load("logits.npy").reshape(300, 7), np.load("labels.npy"))
                    tracker.commit_epoch()
                """);
        try (ForgettingTracker tracker = ForgettingTracker.create(java, TrackerSpec.of(examples, 1))) {
            tracker.logitRecorder(classes).record(ids, logits, labels);
            tracker.commitEpoch();
        }
        try (History expected = History.open(java); History actual = History.open(python)) {
            assertArrayEquals(expected.correctInRound(1, 0).toArray(ValueLayout.JAVA_BYTE),
                    actual.correctInRound(1, 0).toArray(ValueLayout.JAVA_BYTE));
            assertEquals(expected.nonFinitePresentations(), actual.nonFinitePresentations());
            for (int example = 0; example < examples; example++) {
                assertEquals(expected.sum(RunningSum.MARGIN, example), actual.sum(RunningSum.MARGIN, example));
                for (RunningSum sum : RunningSum.values()) {
                    float value = expected.sum(sum, example);
                    float delta = Float.isFinite(value) ? 1e-6f + 1e-6f * Math.abs(value) : 1e-6f;
                    assertEquals(value, actual.sum(sum, example), delta, sum + " " + example);
                }
            }
        }
    }

    @Test
    void shouldRefuseToWriteWhatATrackerWrites() throws Exception {
        try (ForgettingTracker tracker = ForgettingTracker.create(java, TrackerSpec.of(10, 1))) {
            String refusal = run("""
                    try:
                        Tracker.reopen("java.lethe")
                    except ValueError as error:
                        print(error)
                    """);
            assertEquals("another tracker is writing java.lethe: close that one first", refusal);
            tracker.commitEpoch();
        }
        assertEquals("1", run("print(Tracker.reopen('java.lethe').epoch)"));
    }

    @Test
    void shouldPassItsOwnTests() throws Exception {
        String report = run("""
                tests = unittest.defaultTestLoader.discover("%s")
                result = unittest.TextTestRunner(sys.stdout).run(tests)
                assert result.wasSuccessful() and result.testsRun > 15, result
                """.formatted(PACKAGE.resolve("tests")));
        assertTrue(report.contains("\nOK"), report);
    }
}
