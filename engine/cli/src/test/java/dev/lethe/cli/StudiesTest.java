package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.data.DataSets;
import dev.lethe.data.StripedImages;
import dev.lethe.tracker.History;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every study on a small data set: its results are those of its runs. Conclusions have tests of their own. */
class StudiesTest {
    private static final int EXAMPLES = 400;
    private static final int BATCH = 16;

    @TempDir
    private Path folder;
    private Path data;
    private Path out;

    @BeforeEach
    void writeASmallDataSet() throws IOException {
        data = StripedImages.write(folder.resolve("stripes"), EXAMPLES, 100);
        out = folder.resolve("out");
    }

    private String study(String name, Object... more) {
        StringWriter said = new StringWriter();
        StringWriter err = new StringWriter();
        Stream<Object> usual = Stream.of("study", name, "--data", data, "--out", out, "--threads", 1, "--batch", BATCH,
                "--learning-rate", "0.05");
        Stream<Object> where = Stream.of(more).anyMatch("--runs"::equals)
                ? Stream.empty()
                : Stream.of("--runs", folder.resolve("runs"));
        int exitCode = Lethe.run(new PrintWriter(said), new PrintWriter(err),
                Stream.of(usual, where, Stream.of(more)).flatMap(part -> part).map(Object::toString)
                        .toArray(String[]::new));
        assertEquals(0, exitCode, err.toString());
        return said.toString();
    }

    private JsonNode results() throws IOException {
        return new ObjectMapper().readTree(out.resolve("results.json").toFile());
    }

    /** Reads the rows of a figure's table, without its header. */
    private List<String[]> figure(String name) throws IOException {
        assertTrue(Files.readString(out.resolve("figures/" + name + ".svg")).contains("<svg"));
        assertEquals((byte) 0x89, Files.readAllBytes(out.resolve("figures/" + name + ".png"))[0]);
        return Files.readAllLines(out.resolve("figures/" + name + ".csv")).stream().skip(1)
                .map(line -> line.split(",")).toList();
    }

    private List<Path> runs(String labels) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("runs"))) {
            return all.filter(run -> run.getFileName().toString().matches("stripes-" + labels + "-[0-9a-f]{12}"))
                    .sorted().toList();
        }
    }

    private static RunScores scores(Path run) throws IOException {
        try (History history = History.open(run.resolve("history.lethe"))) {
            return RunScores.of(history);
        }
    }

    private static double accuracy(Path run) throws IOException {
        return Double.parseDouble(Files.readAllLines(run.resolve("metrics.csv")).getLast().split(",")[4]);
    }

    private int given(int id) {
        return DataSets.load(data.toString()).train().label(id);
    }

    @Test
    void shouldConcludeFromRunsThatWereTrainedBefore() throws IOException {
        Object[] options = {"--seeds", 2, "--epochs", 1, "--backend", "cpu"};
        String trained = study("stability", Stream.concat(Stream.of(options), Stream.of("--runs-only")).toArray());
        assertTrue(trained.contains("finished runs: 2, in " + folder.resolve("runs")), trained);
        assertTrue(trained.contains("elsewhere with --backend cpu --threads 1 --runs"), trained);
        assertFalse(Files.exists(out));
        assertTrue(study("stability", options).contains("2 of 2 runs were finished before and are used"));
        assertTrue(Files.exists(out.resolve("report.html")));
    }

    @Test
    void shouldListSuspectsInTheOrderOfTheCombinedScore() throws IOException {
        study("noise", "--seeds", 2, "--epochs", 2, "--label-noise", "0.2");
        JsonNode results = results();
        assertEquals(EXAMPLES / 5, results.get("noisy_examples").asInt());
        assertEquals(2, results.get("per_seed").size());
        double[] scores = new double[EXAMPLES];
        BitSet wrong = new BitSet();
        for (String line : Files.readAllLines(out.resolve("suspects.csv")).stream().skip(1).toList()) {
            String[] row = line.split(",");
            int id = Integer.parseInt(row[0]);
            scores[id] = Double.parseDouble(row[6]);
            wrong.set(id, row[7].equals("1"));
        }
        Detection detection = Detection.of(scores, wrong);
        assertEquals(detection.auroc(), results.get("auroc").get("combined").asDouble(), 1e-9);
        assertEquals(detection.precisionAtCount(), results.get("precision_at_count").get("combined").asDouble(), 1e-9);
        for (String name : List.of("noisy-and-regular", "before-and-after", "roc", "precision-recall")) {
            assertFalse(figure(name).isEmpty(), name);
        }
        assertTrue(Files.readString(out.resolve("report.html")).contains("never learned"));
    }

    @Test
    void shouldMeasureWhatRemovalCosts() throws IOException {
        study("removal", "--seeds", 2, "--epochs", 2, "--shares", "0.3,0.6", "--block-starts", "0,0.5",
                "--block-share", "0.2", "--rules", "selected,random,coverage:margin:0.1");
        JsonNode results = results();
        List<Path> whole = runs("mnist-cnn-seed-.");
        assertEquals((accuracy(whole.get(0)) + accuracy(whole.get(1))) / 2,
                results.get("none").get("mean").asDouble(), 1e-9);
        JsonNode point = results.get("arms").get(0).get("points").get(1);
        assertEquals(160, point.get("kept").asInt(), "of 400 examples 40% in batches of 16");
        List<Path> selected = runs("mnist-cnn-seed-.-60-removed-easiest-forgetting-by-mnist-cnn");
        assertEquals(160, scores(selected.getFirst()).examples());
        Set<String> kept = files(selected.getFirst().resolve("scores.csv"));
        Set<String> removed = files(selected.getFirst().resolve("removed.csv"));
        assertEquals(160, kept.size());
        assertEquals(240, removed.size());
        assertTrue(Collections.disjoint(kept, removed), "an image is kept or removed");
        assertTrue(removed.stream().allMatch(file -> file.matches("train-images-idx3-ubyte\\[[0-9]+]")),
                removed.toString());
        assertEquals((accuracy(selected.get(0)) + accuracy(selected.get(1))) / 2,
                point.get("accuracy").get("mean").asDouble(), 1e-9);
        assertEquals(2, results.get("blocks").size());
        assertEquals(2 + 3 * 2, figure("accuracy-by-removed").size());
        assertEquals(2 + 2, figure("accuracy-by-block").size());
    }

    /** The tracker's tests provide a rule and a score. */
    @Test
    void shouldRemoveByRulesAndScoresThatTheClassPathProvides() throws IOException {
        study("removal", "--seeds", 1, "--epochs", 2, "--shares", "0.6", "--block-starts", "--rules",
                "balanced:late_errors,hardest:late_errors");
        JsonNode arms = results().get("arms");
        assertEquals("balanced:late_errors", arms.get(0).get("rule").asText());
        assertEquals("hardest:late_errors", arms.get(1).get("rule").asText());
        for (String name : List.of("balanced-late-errors", "hardest-late-errors")) {
            Path run = runs("mnist-cnn-seed-1-60-removed-" + name + "-by-mnist-cnn").getFirst();
            assertEquals(160, scores(run).examples(), "of 400 examples 40% in batches of 16");
        }
        Path balanced = runs("mnist-cnn-seed-1-60-removed-balanced-late-errors-by-mnist-cnn").getFirst();
        assertTrue(Files.readString(balanced.resolve("config.json"))
                .contains("\"removal_rule\" : \"balanced:late_errors\""), balanced.toString());
    }

    @Test
    void shouldWarnOfAnEmptyClassAndKeepAFloor() throws IOException {
        String said = study("removal", "--seeds", 1, "--epochs", 1, "--shares", "0.96", "--rules", "random",
                "--block-starts");
        assertTrue(said.contains("left of class") || classesIn(0.96) == StripedImages.CLASSES, said);
        out = folder.resolve("floor");
        study("removal", "--seeds", 1, "--epochs", 1, "--shares", "0.96", "--rules", "random", "--block-starts",
                "--class-floor", 4);
        Path run = runs("mnist-cnn-seed-1-96-removed-random").stream().filter(folderOf -> {
            try {
                return Files.readString(folderOf.resolve("config.json")).contains("\"class_floor\" : 4");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).findFirst().orElseThrow();
        long[] byClass = new long[StripedImages.CLASSES];
        for (String line : Files.readAllLines(run.resolve("scores.csv")).stream().skip(1).toList()) {
            byClass[Integer.parseInt(line.split(",")[3])]++;
        }
        for (long count : byClass) {
            assertEquals(4, count);
        }
    }

    private static Set<String> files(Path table) throws IOException {
        return Files.readAllLines(table).stream().skip(1).map(line -> line.split(",")[1]).collect(Collectors.toSet());
    }

    private long classesIn(double share) throws IOException {
        Path run = runs("mnist-cnn-seed-1-" + Math.round(100 * share) + "-removed-random").getFirst();
        return Files.readAllLines(run.resolve("scores.csv")).stream().skip(1).map(line -> line.split(",")[3]).distinct()
                .count();
    }

    private String refusedRanking(Path file, String... more) {
        StringWriter err = new StringWriter();
        Path untouched = folder.resolve("untouched");
        assertEquals(1, Lethe.run(new PrintWriter(new StringWriter()), new PrintWriter(err), Stream.concat(Stream.of(
                "study", "removal", "--data", data.toString(), "--out", untouched.toString(), "--ranking",
                file.toString(), "--batch", String.valueOf(BATCH), "--seeds", "1", "--epochs", "1", "--shares", "0.5",
                "--block-starts"), Stream.of(more)).toArray(String[]::new)));
        assertFalse(Files.exists(untouched));
        return err.toString();
    }

    @Test
    void shouldRemoveByTheScoresOfAFileAndRefuseThoseOfOtherData() throws IOException {
        study("forgetting", "--seeds", 1, "--epochs", 3);
        Path history = runs("mnist-cnn-seed-1").getFirst().resolve("history.lethe");
        Path table = out.resolve("scores.csv");
        List<String> kept = new ArrayList<>();
        for (String[] ranking : new String[][]{{history.toString()}, {table.toString()},
                {table.toString(), "--ranking-column", "mean_margin"},
                {table.toString(), "--ranking-column", "mean_margin", "--ranking-order", "hard-first"}}) {
            out = folder.resolve("by-" + kept.size());
            study("removal", Stream.concat(
                    Stream.of("--seeds", 1, "--epochs", 1, "--shares", "0.6", "--block-starts", "--rules", "selected",
                            "--runs", out.resolve("runs"), "--ranking"),
                    Stream.of(ranking)).toArray());
            try (Stream<Path> all = Files.list(out.resolve("runs"))) {
                Path run = all.filter(path -> path.toString().contains("removed")).findFirst().orElseThrow();
                kept.add(Files.readAllLines(run.resolve("scores.csv")).stream().map(line -> line.split(",")[1])
                        .collect(Collectors.joining()));
            }
        }
        assertEquals(kept.get(0), kept.get(1), "the table says the same as the history");
        assertNotEquals(kept.get(0), kept.get(2));
        assertNotEquals(kept.get(2), kept.get(3), "hard and easy are exchanged");
        assertTrue(results().get("settings").get("ranking_order").asText().equals("hard-first"));
        assertTrue(refusedRanking(table, "--ranking-column", "label").contains("by a ranking order, hard-first (the"));

        Path others = StripedImages.write(folder.resolve("others"), EXAMPLES, 100 + 1);
        byte[] labels = Files.readAllBytes(others.resolve("train-labels-idx1-ubyte"));
        labels[8 + 7] = (byte) ((labels[8 + 7] + 1) % StripedImages.CLASSES);
        Files.write(others.resolve("train-labels-idx1-ubyte"), labels);
        data = others;
        assertTrue(refusedRanking(table).contains("is of another data set: it has label="), refusedRanking(table));
        assertTrue(refusedRanking(history).contains("is of another data set: its fingerprint is "));
        assertTrue(refusedRanking(folder).contains("is no file: name a history.lethe, a .csv, .npy, .npz or .pkl"));
        Files.write(table, Files.readAllLines(table).subList(0, 100));
        assertTrue(refusedRanking(table).contains("has scores of 99 of the 400 training examples"));
    }

    @Test
    void shouldClaimNothingOfTheLeastForgottenWhereAnotherScoreRanks() throws IOException {
        study("forgetting", "--seeds", 1, "--epochs", 2);
        Path table = out.resolve("scores.csv");
        out = folder.resolve("by-margin");
        study("removal", "--seeds", 1, "--epochs", 1, "--shares", "0.5", "--block-starts", "--ranking", table,
                "--ranking-column", "mean_margin");
        assertEquals(List.of(), results().get("claims").findValuesAsText("statement"));
    }

    @Test
    void shouldPruneByTheRankingOfAnotherNetwork() throws IOException {
        study("transfer", "--from", "mlp", "--from-epochs", 2, "--seeds", 1, "--epochs", 2, "--shares", "0.5");
        JsonNode arms = results().get("arms");
        assertEquals(List.of("ranked by mlp", "ranked by itself, mnist-cnn", "random"), arms.findValuesAsText("name"));
        assertEquals(List.of("mlp", "mnist-cnn", "null"), arms.findValuesAsText("ranked_by"));
        assertEquals(accuracy(runs("mnist-cnn-seed-1-50-removed-easiest-forgetting-by-mlp").getFirst()),
                arms.get(0).get("points").get(0).get("accuracy").get("mean").asDouble(), 1e-9);
        assertEquals(1, runs("mlp-seed-1").size());
    }

    @Test
    void shouldCompareSeedsAndScores() throws IOException {
        Path labels = folder.resolve("labels.txt"); // every fifth at random, so that some are forgotten
        Random random = new Random(1);
        Files.write(labels, IntStream.range(0, EXAMPLES)
                .mapToObj(id -> String.valueOf(id % 5 == 0 ? random.nextInt(4) : given(id))).toList());
        study("all", "--studies", "stability,first-learned,margin,early", "--seeds", 3, "--epochs", 12, "--labels",
                labels, "--model", "mlp");
        JsonNode results = results();
        List<ForgettingScores> events = new ArrayList<>();
        double margin = 0;
        double first = 0;
        for (Path run : runs("mlp-seed-.")) {
            RunScores scores = scores(run);
            events.add(scores.forgetting());
            int[] learned = IntStream.range(0, EXAMPLES).filter(id -> !scores.forgetting().neverLearned(id)).toArray();
            double[] counts = IntStream.of(learned).mapToDouble(scores.forgetting()::forgettingEvents).toArray();
            margin += CorrelationCoefficient.SPEARMAN.of(counts,
                    IntStream.of(learned).mapToDouble(scores.means()::margin).toArray()) / 3;
            first += CorrelationCoefficient.SPEARMAN.of(counts,
                    IntStream.of(learned).mapToDouble(scores.forgetting()::firstLearned).toArray()) / 3;
        }
        assertEquals(CorrelationCoefficient.PEARSON.meanOfPairs(events, NeverLearned.SEPARATE),
                results.get("stability").get("pearson").get("mean").asDouble(), 1e-12);
        assertEquals(margin, results.get("margin").get("spearman").asDouble(), 1e-12);
        assertEquals(first, results.get("first-learned").get("spearman").asDouble(), 1e-12);
        assertEquals(12, results.get("early").get("points").size());
        assertEquals(1, results.get("early").get("points").get(11).get("spearman").asDouble(), 1e-12);
        assertEquals(3, results.get("early").get("stops").size());
        for (String name : List.of("stability-bands", "first-learned-density", "margin-density", "early-agreement")) {
            assertFalse(figure(name).isEmpty(), name);
        }
        assertTrue(Files.readString(out.resolve("report.html"))
                .contains("statements of the paper that can be compared hold here"));
    }

    @Test
    void shouldRunTheControls() throws IOException {
        study("all", "--studies", "chance,pixel-noise", "--seeds", 1, "--epochs", 2);
        JsonNode results = results();
        ForgettingScores control = scores(runs("mnist-cnn-seed-1-shuffled-updates").getFirst()).forgetting();
        assertEquals(IntStream.of(control.forgettingEvents()).average().orElseThrow(),
                results.get("chance").get("mean_events_by_chance").asDouble(), 1e-9);
        JsonNode noisiest = results.get("pixel-noise").get("levels").get(4);
        Path noisy = runs("mnist-cnn-seed-1-pixel-noise-10.0").getFirst();
        assertEquals(accuracy(noisy), noisiest.get("test_accuracy").asDouble(), 1e-9);
        assertEquals((double) scores(noisy).forgetting().unforgettableCount() / EXAMPLES,
                noisiest.get("unforgettable_fraction").asDouble(), 1e-9);
        assertEquals(5, figure("pixel-noise-histogram").stream().map(row -> row[0]).distinct().count());
    }

    @Test
    void shouldAlternateTasks() throws IOException {
        study("continual", "--seeds", 1, "--epochs", 1, "--task-examples", 64, "--task-epochs", 1, "--rounds", 2);
        List<String[]> rows = Files
                .readAllLines(runs("mnist-cnn-seed-1-tasks-by-forgetting").getFirst().resolve("tasks.csv")).stream()
                .skip(1).map(row -> row.split(",")).toList();
        assertEquals(List.of("1", "2", "1", "2"), rows.stream().map(row -> row[1]).toList());
        assertEquals(100 * (Double.parseDouble(rows.get(1)[3]) - Double.parseDouble(rows.get(2)[3])),
                results().get("lost_forgettable").asDouble(), 1e-9);
        assertEquals(2 * 4, figure("continual-random").size());
    }

    @Test
    void shouldPrintAPlanAndTrainNothing() {
        String plan = study("removal", "--seeds", 2, "--epochs", 2, "--shares", "0.5", "--block-starts", "--dry-run");
        assertTrue(plan.contains("  1  new") && plan.contains("mnist-cnn, seed 2, 50% removed, random"), plan);
        assertTrue(plan.lines().anyMatch(line -> line.startsWith("about ")), plan);
        assertFalse(Files.exists(out));
        assertFalse(Files.exists(folder.resolve("runs")));
    }
}
