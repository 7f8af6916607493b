package dev.lethe.study;

import java.util.Locale;

/**
 * Something that the paper says, beside what came out here.
 *
 * @param statement in words
 * @param paper its figure
 * @param ours our figure
 * @param verdict whether they agree
 * @param why the figures differ, or what else is to be known; may be empty
 */
public record Claim(String statement, String paper, String ours, Verdict verdict, String why) {
    /** Whether the paper and we agree. */
    public enum Verdict {
        AGREES, DIFFERS,
        /** The paper has no figure for this, or one under other conditions. */
        NOT_COMPARABLE;

        /** In words. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** The same without a verdict, unless it is about what the paper measured. */
    public Claim comparable(boolean same) {
        return same ? this : new Claim(statement, paper, ours, Verdict.NOT_COMPARABLE, why);
    }

    /** A claim that holds here or does not. */
    public static Claim of(String statement, String paper, String ours, boolean agrees, String why) {
        return new Claim(statement, paper, ours, agrees ? Verdict.AGREES : Verdict.DIFFERS, why);
    }
}
