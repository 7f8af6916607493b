package dev.lethe.study;

import java.util.Locale;

/**
 * A statement of the paper, beside what came out here.
 *
 * @param statement the statement in words
 * @param paper figure of the paper
 * @param ours figure of this study
 * @param verdict agreement of both figures
 * @param why reason of a difference, or a remark; may be empty
 */
public record Claim(String statement, String paper, String ours, Verdict verdict, String why) {
    /** Agreement of the paper and a study. */
    public enum Verdict {
        /** The figures say the same. */
        AGREES,
        /** The figures say different things; the claim says why, where that is known. */
        DIFFERS,
        /** The paper has no figure for this, or one under other conditions. */
        NOT_COMPARABLE;

        /** Returns the verdict in words. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Returns the claim, without a verdict unless it is about what the paper measured. */
    public Claim comparable(boolean same) {
        return same ? this : new Claim(statement, paper, ours, Verdict.NOT_COMPARABLE, why);
    }

    /** Makes a claim that holds here or does not. */
    public static Claim of(String statement, String paper, String ours, boolean agrees, String why) {
        return new Claim(statement, paper, ours, agrees ? Verdict.AGREES : Verdict.DIFFERS, why);
    }
}
