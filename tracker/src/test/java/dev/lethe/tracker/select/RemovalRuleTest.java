package dev.lethe.tracker.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.score.Score;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemovalRuleTest {
    private static final double[] SCORES = {3, 0, 5, 1, 4, 2};
    private static final int[] LABELS = {0, 0, 0, 1, 1, 1};

    private static Examples examples(int floor) {
        return new Examples(LABELS, 2, floor, 5);
    }

    private static int[] kept(String rule, int remove, int floor) {
        return RemovalRule.parse(rule).select(examples(floor), DifficultyScores.imported(SCORES), remove).kept();
    }

    @ParameterizedTest
    @CsvSource({"selected,2,'0,2,4,5'", "easiest:margin,4,'2,4'", "hardest:loss,2,'0,1,3,5'",
            "block:forgetting:0.33,2,'1,2,3,4'", "block:forgetting:0,1,'0,2,3,4,5'",
            "block:forgetting:0.9,2,'0,1,3,5'"})
    void shouldRemoveByRank(String rule, int remove, String kept) {
        assertArrayEquals(Arrays.stream(kept.split(",")).mapToInt(Integer::parseInt).toArray(), kept(rule, remove, 0));
    }

    @Test
    void shouldKeepAFloorOfEachClassAndRemoveTheNextInstead() {
        // in order of difficulty: 1 (class 0), 3 (1), 5 (1), 0 (0), 4 (1), 2 (0)
        assertArrayEquals(new int[]{2, 4}, kept("selected", 4, 1));
        assertArrayEquals(new int[]{0, 2, 4, 5}, kept("selected", 2, 2));
        String message = assertThrows(IllegalArgumentException.class, () -> kept("selected", 4, 2)).getMessage();
        assertEquals("classFloor=2 leaves examples=4 where 2 are wanted: choose a lower floor, or remove fewer",
                message);
    }

    @Test
    void shouldGoBackFromABlockAtTheEndWhereTheFloorKeepsSomeOfIt() {
        // in order of difficulty: 1 (class 0), 3 (1), 5 (0), 0 (0), 4 (1), 2 (1)
        Examples examples = new Examples(new int[]{0, 0, 1, 1, 1, 0}, 2, 2, 5);
        RemovalRule block = RemovalRule.parse("block:forgetting:0.9");
        assertArrayEquals(new int[]{1, 2, 3, 5},
                block.select(examples, DifficultyScores.imported(SCORES), 2).kept(), "0 is the next before the block");
        assertThrows(IllegalArgumentException.class,
                () -> block.select(examples, DifficultyScores.imported(SCORES), 3));
    }

    @Test
    void shouldSayWhichClassesAreEmpty() {
        Selection selection = RemovalRule.parse("hardest:el2n").select(new Examples(new int[]{1, 0, 1, 0, 1, 0}, 3, 0,
                1), DifficultyScores.imported(SCORES), 3);
        assertEquals(List.of(1, 2), selection.emptyClasses());
        assertArrayEquals(new int[]{3, 0, 0}, selection.keptByClass());
        assertEquals(3, selection.removed());
    }

    @Test
    void shouldDrawTheSameAtRandomForTheSameSeed() {
        int[] labels = new int[1000];
        RemovalRule random = RemovalRule.RANDOM;
        Selection first = random.select(new Examples(labels, 1, 0, 1), DifficultyScores.none(), 300);
        assertEquals(first, random.select(new Examples(labels, 1, 0, 1), DifficultyScores.none(), 300));
        assertNotEquals(first, random.select(new Examples(labels, 1, 0, 2), DifficultyScores.none(), 300));
        assertEquals(700, first.kept().length);
        // neither the first nor the last of the set
        assertEquals(350, Arrays.stream(first.kept()).filter(id -> id < 500).count(), 40);
    }

    @Test
    void shouldBreakTiesAtRandom() {
        Examples tied = new Examples(new int[1000], 1, 0, 3);
        int[] kept = RemovalRule.LEAST_FORGOTTEN.select(tied, DifficultyScores.imported(new double[1000]), 500).kept();
        assertEquals(250, Arrays.stream(kept).filter(id -> id < 500).count(), 40);
    }

    @Test
    void shouldCoverAllStrataButTheHardest() {
        Random random = new Random(1);
        double[] scores = IntStream.range(0, 5000).mapToDouble(_ -> Math.pow(random.nextDouble(), 4)).toArray();
        Selection selection = RemovalRule.coverage(Score.MARGIN, 0.1)
                .select(new Examples(new int[5000], 1, 0, 9), DifficultyScores.imported(scores), 4000);
        assertEquals(1000, selection.kept().length);
        double cut = Arrays.stream(scores).sorted().toArray()[4500];
        int[] strata = new int[5];
        for (int id : selection.kept()) {
            assertTrue(scores[id] <= cut);
            strata[(int) Math.min(4, scores[id] / cut * 5)]++;
        }
        // most scores are small, yet every part of the range is kept alike
        assertTrue(Arrays.stream(strata).min().orElseThrow() > 150, Arrays.toString(strata));
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "easiest:forgetting", "easiest:margin", "easiest:el2n", "easiest:confidence",
            "easiest:loss", "hardest:forgetting", "block:loss:0.25", "coverage:confidence:0.1"})
    void shouldReadWhatItWrites(String text) {
        assertEquals(text, RemovalRule.parse(text).toString());
    }

    @Test
    void shouldReadTheOldNameOfTheRuleThatRemovesTheLeastForgotten() {
        assertEquals(RemovalRule.LEAST_FORGOTTEN, RemovalRule.parse("selected"));
        assertEquals(RemovalRule.LEAST_FORGOTTEN, RemovalRule.parse("easiest:forgetting"));
        assertEquals("easiest:forgetting", RemovalRule.parse("selected").toString());
    }

    /** Checks the texts by which finished runs are found: none may change. */
    @ParameterizedTest
    @CsvSource({"easiest:forgetting,selected", "selected,selected", "random,random", "easiest:el2n,easiest:el2n",
            "hardest:forgetting,hardest:forgetting", "block:loss:0.25,block:loss:0.25",
            "coverage:confidence:0.1,coverage:confidence:0.1"})
    void shouldKeepTheKeysOfFinishedRuns(String text, String key) {
        assertEquals(key, RemovalRule.parse(text).key());
        assertEquals(RemovalRule.parse(text), RemovalRule.parse(key));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"best; unknown rule 'best': choose random, easiest:SCORE",
            "easiest:beauty; unknown score 'beauty': choose forgetting, margin, el2n, confidence, loss",
            "block:loss:first; rule 'block:loss:first' has 'first' where a number is needed",
            "block:loss:-1; block start=-1.0: choose a share in [0, 1)",
            "coverage:loss:1; coverage hardest=1.0: choose a share in [0, 1)",
            "coverage:forgetting:0.1; coverage:forgetting has no strata of equal width"})
    void shouldNameTheChoices(String text, String message) {
        String said = assertThrows(IllegalArgumentException.class, () -> RemovalRule.parse(text)).getMessage();
        assertTrue(said.startsWith(message), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"selected", "random", "easiest:el2n", "hardest:forgetting", "block:loss:0.25",
            "coverage:loss:0", "coverage:confidence:0.1", "coverage:margin:0.99"})
    void shouldRefuseToRemoveAllExamplesOrLessThanNone(String rule) {
        for (int remove : new int[]{-1, 6, 7, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertEquals(
                    "remove=" + remove
                            + " of examples=6: choose at least 0 and fewer than all, so that an example is left",
                    assertThrows(IllegalArgumentException.class, () -> kept(rule, remove, 0)).getMessage());
        }
        Examples none = new Examples(new int[0], 2, 0, 5);
        assertEquals("remove=0 of examples=0: choose at least 0 and fewer than all, so that an example is left",
                assertThrows(IllegalArgumentException.class, () -> RemovalRule.parse(rule).select(none,
                        DifficultyScores.imported(new double[0]), 0)).getMessage());
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> kept("selected", 6, 0));
        assertThrows(IllegalArgumentException.class,
                () -> RemovalRule.LEAST_FORGOTTEN.select(examples(0), DifficultyScores.imported(new double[5]), 1));
        assertThrows(IllegalArgumentException.class,
                () -> RemovalRule.LEAST_FORGOTTEN.select(examples(0), DifficultyScores.none(), 1));
    }
}
