package dev.lethe.train;

import java.util.Optional;

/**
 * Settings of Lookahead (Zhang et al., NeurIPS 2019): slow weights, which begin as the network does, follow the fast
 * weights of the optimizer. After a number of steps they are synchronized: the slow weights keep a share of themselves
 * and take the rest from the fast ones, which then continue from the slow ones. Running statistics are treated as
 * weights. After the last step of all epochs the network has the slow weights: steps since the last synchronization are
 * dropped.
 *
 * @param every number of steps from one synchronization to the next
 * @param kept share of themselves that the slow weights keep in a synchronization after the last step, in [0, 1)
 * @param power exponent p of earlier synchronizations: after the share s of all steps they keep {@code kept * s^p}; 0
 *        for the same share in all
 */
public record Lookahead(int every, double kept, double power) {
    private static final double USUALLY_KEPT = 0.5; // as in the paper

    /** Refuses impossible values by a sentence that names them. */
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

    /** Returns the settings of airbench94: hardly anything is kept at first, three quarters at last. */
    public static Lookahead airbench() {
        return new Lookahead(5, 0.7737809375, 3); // 0.95 to the fifth
    }

    /**
     * Tells whether fast and slow weights are synchronized after a step.
     *
     * @param step number of the step, from 1
     * @param steps number of steps of the whole training
     */
    boolean synchronizesAfter(long step, long steps) {
        return step % every == 0 || step == steps;
    }

    /**
     * Returns the share of the fast weights in the synchronization after a step; 0 in one that only ends the training.
     */
    float share(long step, long steps) {
        double made = Math.min(1, (double) step / steps);
        return step % every == 0 ? (float) (1 - kept * Math.pow(made, power)) : 0;
    }

    /**
     * Reads {@code EVERY:KEPT:POWER} or {@code none}. The power may be left out and is then 0, the kept share too,
     * which is then 0.5.
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
        return "lookahead '" + text
                + "': give none, or the steps between synchronizations, as in 5, and what the slow weights "
                + "keep and a power of the time, as in 5:0.5:0";
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        return every + ":" + kept + ":" + power;
    }
}
