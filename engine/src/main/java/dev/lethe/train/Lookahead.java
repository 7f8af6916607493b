package dev.lethe.train;

import java.util.Optional;

/**
 * Lookahead (Zhang et al., NeurIPS 2019): slow weights, which begin as the network does, follow the fast ones that the
 * optimizer makes. Every so many steps they meet: the slow ones keep a share of themselves and take the rest from the
 * fast ones, which go on from there. Running statistics are treated as weights. After the last step of all epochs the
 * network is what the slow weights are: steps since the last meeting are dropped.
 *
 * @param every steps from one meeting to the next
 * @param kept share of themselves that the slow weights keep in a meeting after the last step, in [0, 1)
 * @param power of the share of all steps that were made, by which {@code kept} is multiplied in the meetings before; 0
 *        for the same in all
 */
public record Lookahead(int every, double kept, double power) {
    private static final double USUALLY_KEPT = 0.5; // as in the paper

    public Lookahead {
        if (every < 1) {
            throw new IllegalArgumentException("lookahead every=" + every + " steps: at least 1 is needed");
        }
        if (!(kept >= 0 && kept < 1)) {
            throw new IllegalArgumentException("lookahead kept=" + kept + ": it lies in [0, 1)");
        }
        if (!(power >= 0) || Double.isInfinite(power)) {
            throw new IllegalArgumentException("lookahead power=" + power + ": it must be a number from 0 on");
        }
    }

    /** That of airbench94: hardly anything is kept at first, three quarters at last. */
    public static Lookahead airbench() {
        return new Lookahead(5, 0.7737809375, 3); // 0.95 to the fifth
    }

    /**
     * Whether fast and slow weights meet after a step.
     *
     * @param step counted from 1
     * @param steps of the whole training
     */
    boolean meetsAfter(long step, long steps) {
        return step % every == 0 || step == steps;
    }

    /** The share of the fast weights in the meeting after a step; none in one that only ends the training. */
    float share(long step, long steps) {
        double made = Math.min(1, (double) step / steps);
        return step % every == 0 ? (float) (1 - kept * Math.pow(made, power)) : 0;
    }

    /**
     * Reads {@code EVERY:KEPT:POWER}, where the power may be left out and is 0 then, and what is kept too, which is 0.5
     * then; or {@code none}.
     *
     * @throws IllegalArgumentException when the text is none of these
     */
    public static Optional<Lookahead> parse(String text) {
        if (text.equals("none")) {
            return Optional.empty();
        }
        String[] numbers = text.split(":", -1);
        try {
            if (numbers.length <= 3) {
                return Optional.of(new Lookahead(Integer.parseInt(numbers[0]),
                        numbers.length > 1 ? Double.parseDouble(numbers[1]) : USUALLY_KEPT,
                        numbers.length > 2 ? Double.parseDouble(numbers[2]) : 0));
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(unreadable(text), notANumber);
        }
        throw new IllegalArgumentException(unreadable(text));
    }

    private static String unreadable(String text) {
        return "lookahead '" + text + "': give none, or the steps between meetings, as in 5, and what the slow weights "
                + "keep and a power of the time, as in 5:0.5:0";
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return every + ":" + kept + ":" + power;
    }
}
