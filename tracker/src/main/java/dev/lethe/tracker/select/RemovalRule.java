package dev.lethe.tracker.select;

import dev.lethe.tracker.score.Score;
import java.util.List;

/**
 * A rule that leaves examples out of a training set: a name, and an order of ids. The same rule, scores and seed give
 * the same selection.
 * <p>
 * A rule of one's own is a class that implements {@link #text} and {@link #order}, and {@link #scores} if it looks at
 * any. It is used as a value; make it a record, so that equal rules are equal. It is found by its text, as on the
 * command line, through a {@link RemovalRuleProvider}.
 */
public interface RemovalRule {
    /** The rule of the paper, {@code easiest:forgetting}, which removes the least forgotten examples. */
    RemovalRule LEAST_FORGOTTEN = new EasiestRule(Score.NEVER_LEARNED_LAST);
    /** The control, which removes examples at random, whatever their scores. */
    RemovalRule RANDOM = new RandomRule();

    /**
     * Returns the text of this rule: its name, and after colons what it is told, as in {@code coverage:margin:0.1}.
     * A name has small letters, digits and underscores, a letter first.
     * {@link #parse} reads it, if the rule is one of Lethe's or is provided.
     */
    String text();

    /**
     * Returns the text of this rule in the keys of runs and studies. It never changes, so that finished runs are found:
     * a rule that chooses other examples has another. {@link #parse} reads it, too.
     */
    default String key() {
        return text();
    }

    /** Returns the scores that the rule looks at; empty if it looks at none. */
    default List<Score> scores() {
        return List.of();
    }

    /** Tells whether the rule looks at scores. */
    default boolean needsScores() {
        return !scores().isEmpty();
    }

    /**
     * Returns the order in which examples are removed. More come first than will be removed, so that others take the
     * place of those that the class floor keeps.
     *
     * @param examples
     *            the examples of the training set
     * @param scores
     *            the source of their difficulty by each of {@link #scores}
     * @param remove
     *            the number of examples that will be removed, {@code [0, examples.count())}
     * @return the ids of examples, each at most once, the first to be removed first
     * @throws IllegalArgumentException
     *             if the examples cannot be ordered
     */
    int[] order(Examples examples, DifficultyScores scores, int remove);

    /**
     * Removes examples, and returns the others.
     *
     * @param examples
     *            the examples of the training set
     * @param scores
     *            the source of their difficulty
     * @param remove
     *            the number of examples to remove
     * @throws IllegalArgumentException
     *             if no example would be left, the number is negative, or the order or the class floor does not allow
     *             to remove as many
     */
    default Selection select(Examples examples, DifficultyScores scores, int remove) {
        examples.requireRemovable(remove);
        return Selection.removing(text(), examples, order(examples, scores, remove), remove);
    }

    /**
     * Returns the rule that removes the easiest examples.
     *
     * @param by
     *            the score that says which examples are easy
     * @throws IllegalArgumentException
     *             if it is none that orders all examples: see {@link #scoreNames}
     */
    static RemovalRule easiest(Score by) {
        return new EasiestRule(by);
    }

    /**
     * Returns the rule that removes the hardest examples.
     *
     * @param by
     *            the score that says which examples are hard
     * @throws IllegalArgumentException
     *             if it is none that orders all examples: see {@link #scoreNames}
     */
    static RemovalRule hardest(Score by) {
        return new HardestRule(by);
    }

    /**
     * Returns the rule that removes neighbours in the order of difficulty. Where the class floor keeps some of them,
     * those after the block are removed instead, and at the end of the order those before it.
     *
     * @param by
     *            the score that orders the examples
     * @param start
     *            the first example of the block, as a share of the order, in [0, 1): 0 for the easiest; a block that
     *            would reach beyond the hardest example ends with it
     * @throws IllegalArgumentException
     *             if the share is not, or the score is none that orders all examples: see {@link #scoreNames}
     */
    static RemovalRule block(Score by, double start) {
        return new BlockRule(by, start);
    }

    /**
     * Returns the rule of coverage-centric selection (Zheng et al., ICLR 2023). The hardest examples, which are often
     * mislabelled, are removed; the rest is divided into strata of equal width of the score, and each stratum keeps the
     * same number of examples, chosen at random; strata with fewer examples leave their share to the others. The rule
     * still works where most examples are removed and {@link #LEAST_FORGOTTEN} collapses, because it keeps easy
     * examples too.
     *
     * @param by
     *            the score that orders the examples; not {@link Score#NEVER_LEARNED_LAST}
     * @param hardest
     *            the share of the examples that are removed first, in [0, 1)
     * @throws IllegalArgumentException
     *             if the share is not, or the score has no strata or is none that orders all examples
     */
    static RemovalRule coverage(Score by, double hardest) {
        return new CoverageRule(by, hardest);
    }

    /**
     * Reads a rule: {@code random}, {@code easiest:SCORE}, {@code hardest:SCORE}, {@code block:SCORE:START} and {@code
     * coverage:SCORE:SHARE}, with one of {@link #scoreNames} or the name of a {@linkplain Score#provided provided
     * score}; {@code selected}, the old name of {@code easiest:forgetting}; or the rule of a {@link
     * RemovalRuleProvider}.
     *
     * @param text
     *            the text of the rule
     * @throws IllegalArgumentException
     *             if it is none of these; or if something that the class path provides cannot be used, which the
     *             message names
     */
    static RemovalRule parse(String text) {
        return RuleTexts.parse(text, RuleTexts.providers());
    }

    /**
     * Returns the names that rules have for the scores that Lethe knows and that order all examples. {@code forgetting}
     * is {@link Score#NEVER_LEARNED_LAST} here.
     */
    static List<String> scoreNames() {
        return RuleScores.NAMES;
    }

    /**
     * Refuses a rule of one's own whose key begins with the name of one of Lethe's, by which the runs of that rule
     * would be taken for its own.
     *
     * @param rule
     *            any rule
     * @throws IllegalArgumentException
     *             if it has no name of its own
     */
    static void requireOwnName(RemovalRule rule) {
        RuleTexts.requireOwnName(rule);
    }
}
