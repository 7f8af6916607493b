package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTableTest {
    private static final int EXAMPLES = 500;
    private static final String SCORES = "forgetting_events,never_learned_runs,first_learned,mean_margin,el2n,"
            + "confidence,variability,mean_loss";

    @TempDir
    private Path folder;

    /** Makes scores in which some examples are never learned, and some never presented. */
    private static RunScores run(long seed) throws IOException {
        RandomRun run = RandomRun.sampled(EXAMPLES, 6, 0.4, seed);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                return RunScores.of(history);
            }
        }
    }

    @Test
    void shouldWriteOneRunAsItsAggregate() throws IOException {
        RunScores run = run(1);
        ScoreTable.of(run).writeCsv(folder.resolve("run.csv"));
        ScoreTable.of(RunAggregate.of(List.of(run))).writeCsv(folder.resolve("aggregate.csv"));
        assertEquals(-1, Files.mismatch(folder.resolve("run.csv"), folder.resolve("aggregate.csv")));
        assertTrue(Files.readString(folder.resolve("run.csv")).startsWith("id," + SCORES + "\n0,0,1,,"));
    }

    @Test
    void shouldWriteARowAnExample() throws IOException {
        RunAggregate scores = RunAggregate.of(List.of(run(1), run(2), run(3)));
        ScoreTable table = ScoreTable.of(scores).withLabels(example -> example % 10);
        Path file = folder.resolve("scores.csv");
        table.writeCsv(file);
        List<String> lines = Files.readAllLines(file);
        assertEquals("id,label," + SCORES, lines.getFirst());
        assertEquals(List.of(lines.getFirst().split(",")), table.columns());
        assertEquals(EXAMPLES, table.examples());
        assertEquals(EXAMPLES + 1, lines.size());
        for (int id = 0; id < EXAMPLES; id++) {
            double first = scores.firstLearned(id);
            String firstLearned = String.format(Locale.ROOT, first == Math.rint(first) ? "%.0f" : "%.4f", first);
            assertEquals(String.join(",", id + "", id % 10 + "", scores.forgettingEvents(id) + "",
                    scores.neverLearnedRuns(id) + "", Double.isNaN(first) ? "" : firstLearned, scores.margin(id) + "",
                    scores.el2n(id) + "", scores.confidence(id) + "", scores.variability(id) + "",
                    scores.loss(id) + ""), lines.get(id + 1));
        }
    }

    @Test
    void shouldNameFilesAndClasses() throws IOException {
        ScoreTable table = ScoreTable.of(run(1)).withFiles(example -> "träin/" + example + ",a.png")
                .withLabels(example -> example % 2, label -> label == 0 ? "cat" : " dog");
        Path file = folder.resolve("named.csv");
        table.writeCsv(file);
        List<String> lines = Files.readAllLines(file);
        assertEquals("id,file,label,label_id," + SCORES, lines.getFirst());
        assertTrue(lines.get(1).startsWith("0,\"träin/0,a.png\",cat,0,0,1,"), lines.get(1));
        assertTrue(lines.get(2).startsWith("1,\"träin/1,a.png\",\" dog\",1,"), lines.get(2));
        table.writeNpz(folder.resolve("named.npz"));
        try (NpzReader npz = NpzReader.open(folder.resolve("named.npz"))) {
            assertEquals("id,label_id," + SCORES, String.join(",", npz.names()));
        }
    }

    @Test
    void shouldRoundMeansOfFirstPresentationsAsJavaFormatsThem() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            double mean = random.nextInt(1000) / (double) (1 + random.nextInt(20));
            StringBuilder row = new StringBuilder();
            new ScoreColumn("first_learned", ElementType.FLOAT64, example -> mean).appendTo(row, 0);
            assertEquals(String.format(Locale.ROOT, mean == Math.rint(mean) ? "%.0f" : "%.4f", mean), row.toString());
        }
    }

    @Test
    void shouldWriteEachColumnAsAnArray() throws IOException {
        RunAggregate scores = RunAggregate.of(List.of(run(1), run(2)));
        ScoreTable table = ScoreTable.of(scores).withLabels(example -> -example);
        Path file = folder.resolve("scores.npz");
        table.writeNpz(file);
        try (NpzReader npz = NpzReader.open(file); Arena arena = Arena.ofConfined()) {
            assertEquals(table.columns(), npz.names());
            assertEquals(ElementType.INT32, npz.read("forgetting_events", arena).type());
            assertEquals(ElementType.FLOAT32, npz.read("el2n", arena).type());
            NumpyArray label = npz.read("label", arena);
            NumpyArray events = npz.read("forgetting_events", arena);
            NumpyArray never = npz.read("never_learned_runs", arena);
            NumpyArray first = npz.read("first_learned", arena);
            NumpyArray variability = npz.read("variability", arena);
            for (int id = 0; id < EXAMPLES; id++) {
                assertEquals(-id, label.longAt(id));
                assertEquals(scores.forgettingEvents(id), events.longAt(id));
                assertEquals(scores.neverLearnedRuns(id), never.longAt(id));
                assertEquals(scores.firstLearned(id), first.doubleAt(id));
                assertEquals(scores.variability(id), variability.doubleAt(id));
            }
        }
    }

    @Test
    void shouldReadItsOwnColumnsBack() throws IOException {
        RunScores run = run(4);
        ScoreTable.of(run).writeCsv(folder.resolve("scores.csv"));
        ScoreTable.of(run).writeNpz(folder.resolve("scores.npz"));
        for (String column : List.of("mean_margin", "first_learned")) {
            ImportedScores csv = ImportedScores.csv(folder.resolve("scores.csv"), "id", column, EXAMPLES);
            ImportedScores npz = ImportedScores.npz(folder.resolve("scores.npz"), column, EXAMPLES);
            for (int id = 0; id < EXAMPLES; id++) {
                assertEquals((float) npz.score(id), (float) csv.score(id));
            }
            assertTrue(csv.scored() > 0 && csv.scored() < EXAMPLES && csv.scored() == npz.scored());
        }
    }

    @Test
    void shouldSayWhereItCannotWrite() throws IOException {
        Path file = folder.resolve("absent").resolve("scores.csv");
        ScoreTable table = ScoreTable.of(run(1));
        assertThrows(NoSuchFileException.class, () -> table.writeCsv(file));
        assertThrows(NoSuchFileException.class, () -> table.writeNpz(file));
    }
}
