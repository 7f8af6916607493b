package dev.lethe.nativelib.cuda;

import dev.lethe.nativelib.ffm.NativeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The choice of the fastest of several plans by trials. Each plan runs a few times; only those near the best are timed
 * long enough to tell them apart.
 *
 * @param <P> type of the plans
 */
final class FastestPlan<P> {
    private static final Logger LOG = LoggerFactory.getLogger(FastestPlan.class);
    private static final float HOPELESS = 5; // times the best: not run again
    private static final float NEAR = 1.5f; // times the best: timed in full
    private static final float AS_GOOD = 1.05f; // times the best, at most: within what measurements differ by
    private static final float LONG_MILLISECONDS = 5; // a call that is not repeated
    private static final int FEW_CALLS = 3;
    private static final int CALLS = 10; // of a measurement in full
    private static final int MEASUREMENTS = 3;

    private final String problem;
    private final Trial<P> trial;

    /** A device on which plans run. */
    interface Trial<P> {
        /**
         * Runs a plan once and waits for it.
         *
         * @throws NativeException if the library cannot run it
         */
        void run(P plan);

        /** Returns the mean time of a call in milliseconds, over several calls of a plan that has run. */
        float milliseconds(P plan, int calls);
    }

    /**
     * Makes a choice.
     *
     * @param problem name of what the plans compute, for messages
     */
    FastestPlan(String problem, Trial<P> trial) {
        this.problem = problem;
        this.trial = trial;
    }

    /** Returns the first plan that runs; empty if none does. */
    Optional<P> firstThatRuns(List<P> plans) {
        return plans.stream().filter(this::runs).findFirst();
    }

    /** Tells whether a plan runs. Its loading on first use, which could not be recorded, has happened then. */
    boolean runs(P plan) {
        try {
            trial.run(plan);
            return true;
        } catch (NativeException e) { // the library makes plans that it cannot run
            LOG.warn("a plan of {} is passed over: {}", problem, e.getMessage());
            return false;
        }
    }

    /** A plan that runs, with the time of a call in milliseconds. */
    private record Timed<P>(P plan, float time) {}

    /** Returns the fastest plan, the first of equal ones; empty if none runs. */
    Optional<P> of(List<P> plans) {
        List<Timed<P>> running = new ArrayList<>();
        float best = Float.POSITIVE_INFINITY;
        for (P plan : plans) {
            if (runs(plan)) {
                float time = briefly(plan, best);
                running.add(new Timed<>(plan, time));
                best = Math.min(best, time);
            }
        }
        float limit = NEAR * best;
        List<Timed<P>> near = running.stream().filter(timed -> timed.time <= limit).toList();
        return (near.size() == 1 ? near.stream() : near.stream().map(this::inFull))
                .min((a, b) -> Float.compare(a.time, b.time)).map(Timed::plan);
    }

    /**
     * Tells whether a plan that was the fastest for another size of the problem is as good as plans that the library
     * expects to be the fastest for this one.
     */
    boolean isAsGood(P plan, List<P> expected) {
        if (!runs(plan)) {
            return false;
        }
        float time = inFull(new Timed<>(plan, briefly(plan, Float.POSITIVE_INFINITY))).time;
        return expected.stream().filter(other -> !other.equals(plan)).filter(this::runs)
                .map(other -> new Timed<>(other, briefly(other, time)))
                .map(other -> other.time <= NEAR * time ? inFull(other) : other)
                .allMatch(other -> time <= AS_GOOD * other.time);
    }

    private float briefly(P plan, float best) {
        float once = trial.milliseconds(plan, 1);
        return once > HOPELESS * best || once > LONG_MILLISECONDS
                ? once
                : Math.min(once, trial.milliseconds(plan, FEW_CALLS));
    }

    private Timed<P> inFull(Timed<P> brief) {
        if (brief.time > LONG_MILLISECONDS) {
            return brief;
        }
        float shortest = Float.POSITIVE_INFINITY;
        for (int i = 0; i < MEASUREMENTS; i++) {
            shortest = Math.min(shortest, trial.milliseconds(brief.plan, CALLS));
        }
        return new Timed<>(brief.plan, shortest);
    }
}
