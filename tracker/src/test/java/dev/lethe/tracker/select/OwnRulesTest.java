package dev.lethe.tracker.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.score.LateErrors;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that others write, as values and found by their texts. */
class OwnRulesTest {
    private static final Examples EXAMPLES = new Examples(new int[]{0, 0, 0, 1, 1, 1}, 2, 0, 5);
    private static final DifficultyScores SCORES = DifficultyScores.imported(new double[]{3, 0, 5, 1, 4, 2});

    @TempDir
    private Path folder;

    /** A rule with an order and a key of its own. */
    private record Ordered(String key, int... ids) implements RemovalRule {
        @Override
        public String text() {
            return "ordered";
        }

        @Override
        public int[] order(Examples examples, DifficultyScores scores, int remove) {
            return ids;
        }
    }

    /** A provider of whatever rule it is told. */
    private record Offer(String name, Function<List<String>, RemovalRule> rules) implements RemovalRuleProvider {
        @Override
        public RemovalRule rule(List<String> arguments) {
            return rules.apply(arguments);
        }
    }

    /** A second provider of {@code balanced}. */
    public static final class OtherBalancedRules implements RemovalRuleProvider {
        @Override
        public String name() {
            return "balanced";
        }

        @Override
        public RemovalRule rule(List<String> arguments) {
            return RemovalRule.RANDOM;
        }
    }

    @Test
    void shouldBeFoundByTheTextOfARuleThatTheClassPathProvides() {
        RemovalRule rule = RemovalRule.parse("balanced:margin");
        assertEquals(new Balanced(Score.MARGIN), rule);
        assertEquals("balanced:aum", rule.key());
        assertEquals(rule, RemovalRule.parse(rule.key()));
        // the easiest of class 0 are 1, 0 and of class 1 they are 3, 5
        assertArrayEquals(new int[]{2, 4}, rule.select(EXAMPLES, SCORES, 4).kept());
        assertEquals("balanced:aum", rule.select(EXAMPLES, SCORES, 4).rule());
    }

    @Test
    void shouldOrderByAScoreThatTheClassPathProvides() {
        RemovalRule rule = RemovalRule.parse("coverage:late_errors:0.1");
        assertEquals(List.of(new LateErrors()), rule.scores());
        assertEquals("coverage:late_errors:0.1", rule.key());
        assertEquals(rule, RemovalRule.coverage(new LateErrors(), 0.1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "best; unknown rule 'best': choose random, easiest:SCORE, hardest:SCORE, block:SCORE:START, "
                    + "coverage:SCORE:SHARE or balanced:SCORE, as in coverage:margin:0.1",
            "balanced; balanced[]: name one score, as in balanced:el2n",
            "easiest:beauty; unknown score 'beauty': choose forgetting, margin, el2n, confidence, loss, variability, "
                    + "correctness, late_errors"})
    void shouldNameTheChoices(String text, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> RemovalRule.parse(text)).getMessage());
    }

    @Test
    void shouldRefuseTwoProvidersOfOneName() throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(RemovalRuleProvider.class.getName()), OtherBalancedRules.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertEquals("two of class=" + BalancedRules.class.getName() + " and class="
                    + OtherBalancedRules.class.getName()
                    + " are the rule 'balanced': give one of them another name, or take it off the path",
                    assertThrows(IllegalArgumentException.class, () -> RemovalRule.parse("random")).getMessage());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static String refusal(Function<List<String>, RemovalRule> rules) {
        return assertThrows(IllegalArgumentException.class,
                () -> RuleTexts.parse("ordered:x", List.of(new Offer("ordered", rules)))).getMessage();
    }

    @Test
    void shouldSayWhichProviderFails() {
        assertEquals("rule 'ordered:x' was not made, class=" + Offer.class.getName() + " failed with "
                + "java.lang.IllegalStateException: no table: mend it, or take it off the path", refusal(_ -> {
                    throw new IllegalStateException("no table");
                }));
        assertEquals("rule 'ordered:x' has something else where a number is needed, For input string: \"x\": write it "
                + "as ordered", refusal(arguments -> new Ordered("ordered", Integer.parseInt(arguments.getFirst()))));
        assertEquals("rule 'ordered:x' of class=" + Offer.class.getName()
                + " calls itself 'sorted': begin its text and its key with its name, ordered",
                refusal(_ -> new Ordered("sorted")));
    }

    @Test
    void shouldRemoveInTheOrderOfARuleOfOnesOwnAndKeepTheFloor() {
        RemovalRule rule = new Ordered("ordered", 2, 0, 1, 5);
        assertArrayEquals(new int[]{1, 3, 4, 5}, rule.select(EXAMPLES, DifficultyScores.none(), 2).kept());
        Examples floor = new Examples(EXAMPLES.labels(), 2, 2, 5);
        assertArrayEquals(new int[]{0, 1, 3, 4}, rule.select(floor, DifficultyScores.none(), 2).kept());
    }

    @Test
    void shouldRefuseAnOrderThatIsNone() {
        for (var wrong : List.of(List.of(new int[]{0, 0}, "id=0 twice: let it order each example once"),
                List.of(new int[]{6}, "id=6, which is not in [0, 6): let it order the positions of examples in the "
                        + "training set"),
                List.of(new int[]{-1}, "id=-1, which is not in [0, 6): let it order the positions of examples in the "
                        + "training set"),
                List.of(new int[]{3}, "ids=1, of which removed=1 where 2 are wanted: let it order all examples, or "
                        + "remove fewer"))) {
            RemovalRule rule = new Ordered("ordered", (int[]) wrong.getFirst());
            assertEquals("rule 'ordered' orders " + wrong.getLast(),
                    assertThrows(IllegalArgumentException.class,
                            () -> rule.select(EXAMPLES, DifficultyScores.none(), 2)).getMessage());
        }
        assertEquals("remove=6 of examples=6: choose at least 0 and fewer than all, so that an example is left",
                assertThrows(IllegalArgumentException.class,
                        () -> new Ordered("ordered", IntStream.range(0, 6).toArray())
                                .select(EXAMPLES, DifficultyScores.none(), 6))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"random", "selected", "easiest:mine"})
    void shouldRefuseTheKeysOfLethesRules(String key) {
        assertEquals("rule '" + key.split(":")[0] + "' of class=" + Ordered.class.getName()
                + " has the name of one of Lethe's: give it another name",
                assertThrows(IllegalArgumentException.class, () -> RemovalRule.requireOwnName(new Ordered(key)))
                        .getMessage());
        RemovalRule.requireOwnName(new Ordered("ordered"));
        RemovalRule.requireOwnName(RemovalRule.parse(key.equals("easiest:mine") ? "easiest:el2n" : key));
    }

    @Test
    void shouldRefuseScoresThatDoNotOrderAllExamples() {
        for (Score score : List.of(Score.FIRST_LEARNED, Score.GRAND, Score.FORGETTING_EVENTS)) {
            assertEquals("score '" + score.title() + "' does not order all examples, or has those that were never "
                    + "learned among the easy ones: choose forgetting, margin, el2n, confidence, loss, variability, "
                    + "correctness, late_errors",
                    assertThrows(IllegalArgumentException.class, () -> RemovalRule.hardest(score)).getMessage());
        }
    }
}
