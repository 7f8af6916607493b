package dev.lethe.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.tracker.score.NeverLearned;
import dev.lethe.tracker.interchange.ArrayShape;
import dev.lethe.tracker.interchange.ArraySource;
import dev.lethe.tracker.interchange.ElementType;
import dev.lethe.tracker.interchange.NpzWriter;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RankingFileTest {
    private static final double NEVER = NeverLearned.AFTER_EVERY_COUNT;

    @TempDir
    private Path folder;

    private static DataSet animals() {
        ImageSet images = ImageSet.of(new byte[]{1, 2, 3}, new int[]{0, 1, 0}, 1, 1, 1);
        return new DataSet("animals", images, images, List.of("cat", "dog"), Normalization.gray(0.5f, 0.25f));
    }

    private Path table(String content) throws IOException {
        return Files.writeString(folder.resolve("scores.csv"), content);
    }

    private double[] scores(String content, String column) throws IOException {
        return new RankingFile(table(content), column).read(animals(), List.of(Score.NEVER_LEARNED_LAST))
                .of(Score.NEVER_LEARNED_LAST);
    }

    private String refusal(String content, String column) throws IOException {
        RankingFile file = new RankingFile(table(content), column);
        return assertThrows(RunException.class, () -> file.read(animals(), List.of(Score.EL2N))).getMessage();
    }

    /** Files as spreadsheets and other tools write them, all with the same columns. */
    @ParameterizedTest
    @ValueSource(strings = {"label,id,never_learned_runs,forgetting_events|0,0,0,2|%d,1,0,1|0,2,3,0",
            "\uFEFFlabel,id,never_learned_runs,forgetting_events|0,0,0,2|%d,1,0,1|0,2,3,0",
            "|label,id,never_learned_runs,forgetting_events|0,0,0,2|%d,1,0,1|0,2,3,0",
            "\uFEFF||,,,|label,id,never_learned_runs,forgetting_events|0,0,0,2|%d,1,0,1|0,2,3,0|,,,|",
            "\uFEFF\"label\";\"id\";\"never_learned_runs\";\"forgetting_events\"|0;0;0;2|%d;1;0;1|0;2;3;0",
            "name\tlabel\tid\tnever_learned_runs\tforgetting_events|a\t0\t0\t0\t2|b,c\t%d\t1\t0\t1|d\t0\t2\t3\t0",
            "\"a long|name\",label,id,never_learned_runs,forgetting_events|x,0,0,0,2|x,%d,1,0,1|x,0,2,3,0",
            "\"a;name\",label,id,\" never_learned_runs \",forgetting_events|x,0,0,0,2|x,%d,1,0,1|x,0,2,3,0"})
    void shouldCompareLabelsAndCountNeverLearnedRunsHoweverTheHeaderIsWritten(String lines) throws IOException {
        for (String end : List.of("\n", "\r\n", "\r")) {
            String content = lines.replace("|", end);
            assertArrayEquals(new double[]{2, 1, 3 * NEVER},
                    scores(content.formatted(1), RankingFile.FORGETTING_EVENTS));
            String refusal = refusal(content.formatted(0), RankingFile.FORGETTING_EVENTS);
            assertTrue(refusal.endsWith("is of another data set: it has label=0 at id=1 where animals has label=1"),
                    refusal);
        }
    }

    /** The paper's code writes a pickle; these are of Python 3 by protocol 0, which is text. */
    @Test
    void shouldReadPicklesOfThePaperAndArchives() throws IOException {
        Path pickle = Files.writeString(folder.resolve("order.pkl"),
                "(dp0\nVindices\np1\n(lp2\nI1\naI2\naI0\nasVforgetting counts\np3\n(lp4\nI0\naI4\naI200\nas.");
        RankingFile ordering = new RankingFile(pickle, RankingFile.FORGETTING_EVENTS);
        assertArrayEquals(new double[]{200, 0, 4}, ordering.read(animals(), List.of(Score.EL2N)).of(Score.EL2N));
        assertTrue(ordering.isByForgetting());
        Path archive = folder.resolve("scores.npz");
        try (NpzWriter npz = NpzWriter.stored(archive)) {
            npz.add("aum", ArraySource.computed(ElementType.FLOAT32, ArrayShape.of(3), i -> 1 + i * 0.5));
            npz.add("odd", ArraySource.computed(ElementType.FLOAT32, ArrayShape.of(3), i -> 1 + i * 0.5));
            npz.finish();
        }
        assertArrayEquals(new double[]{-1, -1.5, -2},
                new RankingFile(archive, "aum").read(animals(), List.of(Score.EL2N)).of(Score.EL2N));
        assertTrue(assertThrows(RunException.class,
                () -> new RankingFile(archive, "odd").read(animals(), List.of(Score.EL2N))).getMessage()
                .contains("say so by a ranking order"));
        assertArrayEquals(new double[]{3, 1, 2}, scores("sample_id,el2n\n0,3\n2,2\n1,1\n", "el2n"));
    }

    @Test
    void shouldCompareNamesOfClasses() throws IOException {
        String table = "id,file,label,label_id,el2n\n0,a,cat,0,3\n1,b,%s,%d,1\n2,c,cat,0,2\n";
        assertArrayEquals(new double[]{3, 1, 2}, scores(table.formatted("dog", 1), "el2n"));
        assertTrue(
                refusal(table.formatted("dog", 0), "el2n").endsWith("has label=0 at id=1 where animals has label=1"));
        String names = "id,label,el2n\n0,cat,3\n1,%s,1\n2,cat,2\n";
        assertArrayEquals(new double[]{3, 1, 2}, scores(names.formatted("dog"), "el2n"));
        assertTrue(refusal(names.formatted("cat"), "el2n").endsWith("has label=0 at id=1 where animals has label=1"));
    }

    /** A table that somebody gave nicer names: its direction is known, so the columns beside it must be, too. */
    @Test
    void shouldKnowTheColumnsBesideTheScoreHoweverTheyAreCapitalized() throws IOException {
        String content = "Label,id,Never Learned Runs,Forgetting Events\n0,0,0,2\n%d,1,0,1\n0,2,3,0\n";
        assertArrayEquals(new double[]{2, 1, 3 * NEVER}, scores(content.formatted(1), "Forgetting Events"));
        String refusal = refusal(content.formatted(0), "Forgetting Events");
        assertTrue(refusal.endsWith("it has label=0 at id=1 where animals has label=1"), refusal);
    }

    private RankingFile file(String column, RankingOrder order) {
        return new RankingFile(folder.resolve("scores.csv"), column).in(order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forgetting_events", "forgetting", "never_learned_runs", "first_learned", "el2n",
            "mean_el2n", "variability", "loss", "mean_loss", "grand", "EL2N", "Forgetting Events"})
    void shouldTakeLargeValuesOfTheseNamesForHard(String column) throws IOException {
        assertArrayEquals(new double[]{3, 1, 2}, scores("id," + column + "\n0,3\n1,1\n2,2\n", column));
    }

    @ParameterizedTest
    @ValueSource(strings = {"margin", "mean_margin", "aum", "AUM", "confidence", "mean_confidence", "label_quality",
            "Label-Quality", "self_confidence", "normalized_margin", "weighted_margin", "weighted_confidence",
            "correctness"})
    void shouldTakeLargeValuesOfTheseNamesForEasy(String column) throws IOException {
        assertArrayEquals(new double[]{-3, -1, -2}, scores("id," + column + "\n0,3\n1,1\n2,2\n", column));
    }

    @ParameterizedTest
    @ValueSource(strings = {"score", "margins", "el2n_rank", "id", ""})
    void shouldRefuseANameWhoseDirectionIsNotKnown(String column) throws IOException {
        assertEquals("ranking " + folder.resolve("scores.csv") + " has a column '" + column
                + "' of which it is not known whether large values are hard or easy: say so by a ranking order, "
                + "hard-first (the larger, the harder) or easy-first (the larger, the easier)",
                refusal("id," + (column.equals("id") ? "x" : column) + "\n0,3\n1,1\n2,2\n", column));
    }

    @Test
    void shouldFollowTheOrderThatIsGiven() throws IOException {
        table("id,score,aum\n0,3,1\n1,1,2\n2,2,3\n");
        assertArrayEquals(new double[]{3, 1, 2},
                file("score", RankingOrder.HARD_FIRST).read(animals(), List.of(Score.EL2N)).of(Score.EL2N));
        assertArrayEquals(new double[]{-3, -1, -2},
                file("score", RankingOrder.EASY_FIRST).read(animals(), List.of(Score.EL2N)).of(Score.EL2N));
        assertArrayEquals(new double[]{1, 2, 3},
                file("aum", RankingOrder.HARD_FIRST).read(animals(), List.of(Score.EL2N)).of(Score.EL2N));
        table("id,forgetting_events,never_learned_runs\n0,-3,0\n1,0,1\n2,-2,0\n");
        assertArrayEquals(new double[]{3, NEVER, 2},
                file("forgetting_events", RankingOrder.EASY_FIRST).read(animals(), List.of(Score.EL2N)).of(Score.EL2N),
                "never learned is hard in any order");
    }

    @Test
    void shouldTakeAnArrayForHardWhereNoOrderIsGiven() throws IOException {
        Path array = folder.resolve("scores.npy");
        NpyFile.write(array, NumpyArray.of(new float[]{3, 1, 2}));
        assertArrayEquals(new double[]{3, 1, 2},
                new RankingFile(array, "aum").read(animals(), List.of(Score.EL2N)).of(Score.EL2N));
        assertArrayEquals(new double[]{-3, -1, -2},
                new RankingFile(array, "aum").in(RankingOrder.EASY_FIRST).read(animals(), List.of(Score.EL2N))
                        .of(Score.EL2N));
    }

    @Test
    void shouldSayInARunsDescriptionOnlyWhatIsNotAsItAlwaysWas() {
        Path path = Path.of("scores.csv");
        assertEquals(Map.of("ranking_column", "forgetting_events"),
                new RankingFile(path, "forgetting_events").asMap());
        assertEquals(Map.of("ranking_column", "mean_margin"), new RankingFile(path, "mean_margin").asMap());
        assertEquals(Map.of("ranking_column", "loss", "ranking_order", "hard-first"),
                new RankingFile(path, "loss").in(RankingOrder.HARD_FIRST).asMap());
        assertEquals(Map.of("ranking_column", "aum", "ranking_order", "easy-first"),
                new RankingFile(path, "aum").asMap(), "runs that were ranked by it the wrong way are others");
        assertEquals(Map.of("ranking_column", "aum"), new RankingFile(Path.of("aum.npy"), "aum").asMap());
    }

    @Test
    void shouldNameTheChoicesOfAnOrder() {
        assertEquals(RankingOrder.EASY_FIRST, RankingOrder.parse("easy-first"));
        assertEquals("ranking order 'up': choose hard-first (the larger, the harder) or easy-first (the larger, the "
                + "easier)",
                assertThrows(IllegalArgumentException.class, () -> RankingOrder.parse("up")).getMessage());
    }

    private Path history(boolean... presented) throws IOException {
        Path file = folder.resolve("history" + presented.length + ".lethe");
        DataSet data = animals();
        TrackerSpec spec = new TrackerSpec(3, 2, Sha256.ofDigest(data.fingerprint()), Sha256.ofText(""));
        try (ForgettingTracker tracker = ForgettingTracker.create(file, spec)) {
            for (int id = 0; id < presented.length; id++) {
                if (presented[id]) {
                    tracker.record(id, id != 1, 1, 1, 0.5f, 1);
                }
            }
            if (presented.length > 0) {
                tracker.commitEpoch();
            }
        }
        return file;
    }

    @Test
    void shouldReadAHistoryOfTheSameData() throws IOException {
        assertArrayEquals(new double[]{0, NEVER, 0},
                new RankingFile(history(true, true, true), RankingFile.FORGETTING_EVENTS)
                        .read(animals(), List.of(Score.NEVER_LEARNED_LAST))
                        .of(Score.NEVER_LEARNED_LAST));
    }

    @Test
    void shouldRefuseAHistoryThatSaysNothingOfSomeExamples() throws IOException {
        Path empty = history();
        RankingFile ranking = new RankingFile(empty, RankingFile.FORGETTING_EVENTS);
        assertEquals(
                "ranking " + empty + " has no committed epoch, so that it ranks nothing: train at least one epoch, "
                        + "or rank by another history",
                assertThrows(RunException.class, () -> ranking.read(animals(), List.of(Score.EL2N))).getMessage());
        Path part = history(true, false, true);
        RankingFile ofPart = new RankingFile(part, RankingFile.FORGETTING_EVENTS);
        assertEquals(
                "ranking " + part + " has presentations of 2 of the 3 training examples of animals: rank by a run "
                        + "that was trained on all of them",
                assertThrows(RunException.class, () -> ofPart.read(animals(), List.of(Score.EL2N))).getMessage());
    }

    @Test
    void shouldRefuseAnOrderOfAHistory() throws IOException {
        Path file = history(true, true, true);
        RankingFile ranking = new RankingFile(file, "aum").in(RankingOrder.EASY_FIRST);
        assertEquals("ranking " + file + " is a history, which knows what is hard: leave out the ranking order",
                assertThrows(RunException.class, () -> ranking.read(animals(), List.of(Score.EL2N))).getMessage());
    }

    @Test
    void shouldNameTheHeaderThatLacksTheColumn() throws IOException {
        assertEquals("ranking " + folder.resolve("scores.csv") + " is no ranking of animals: file="
                + folder.resolve("scores.csv") + " line=1: column=el2n is not in its header [id, loss]",
                refusal("id;loss\n0;1\n", "el2n"));
    }

    @Test
    void shouldRankWhatNoRunLearnedLastByTheTimeOfLearningToo() throws IOException {
        assertArrayEquals(new double[]{1.5, 2 * NEVER, 4 + NEVER},
                scores("id,never_learned_runs,first_learned\n0,0,1.5\n1,2,\n2,1,4\n", "first_learned"));
        assertTrue(refusal("id,never_learned_runs,first_learned\n0,0,\n1,2,\n2,1,4\n", "first_learned")
                .contains("has scores of 2 of the 3 training examples"));
    }

    @Test
    void shouldRefuseATableOfAPartOfTheExamples() throws IOException {
        assertTrue(refusal("id,el2n\n0,1\n1,2\n2,\n", "el2n").endsWith("has scores of 2 of the 3 training examples of "
                + "animals: it is of another data set, or of a part of it"));
    }

    @ParameterizedTest
    @CsvSource({"history.lethe, forgetting_events, , true", "scores.csv, forgetting_events, , true",
            "scores.csv, Forgetting events, hard-first, true", "scores.csv, forgetting_events, easy-first, false",
            "scores.csv, mean_margin, , false", "scores.npy, forgetting_events, , false"})
    void shouldKnowWhetherItRanksByForgetting(String file, String column, String order, boolean expected) {
        RankingFile known = new RankingFile(Path.of(file), column);
        RankingFile ranking = order == null ? known : known.in(RankingOrder.parse(order));
        assertEquals(expected, ranking.isByForgetting());
    }
}
