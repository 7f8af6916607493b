package dev.lethe.train;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Schedule of the {@index "learning rate"}: a factor on the base rate that depends only on the step and on the
 * length of the run. A resumed run continues with the factors of one that was never interrupted. A factor is a
 * double, as in PyTorch's schedulers, so that a rate is rounded once: {@link #rate}.
 * <p>
 * {@code toString()} gives the text by which a run's configuration tells schedules apart, which {@link #parse} reads.
 * One's own function of the step is a schedule by {@link #of}; its text is the name that it is given.
 *
 * @see TrainingConfig#withSchedule
 */
public sealed interface Schedule {
    /**
     * Returns the factor of the base rate.
     *
     * @param step number of the step in the run, from 0
     * @param stepsPerEpoch number of steps of an epoch, the partial last one included
     * @param epochs number of epochs of the whole run
     */
    double factor(long step, long stepsPerEpoch, int epochs);

    /**
     * Returns the learning rate of a step.
     *
     * @param base base rate of the run
     * @param step number of the step in the run, from 0
     * @param stepsPerEpoch number of steps of an epoch, the partial last one included
     * @param epochs number of epochs of the whole run
     * @throws IllegalArgumentException when the factor gives no finite rate, or a negative one
     */
    default float rate(float base, long step, long stepsPerEpoch, int epochs) {
        double factor = factor(step, stepsPerEpoch, epochs);
        float rate = (float) (base * factor);
        if (!Float.isFinite(rate) || rate < 0) {
            throw new IllegalArgumentException("schedule '" + this + "' has factor=" + factor + " at step=" + step
                    + " of a run of epochs=" + epochs + " with " + stepsPerEpoch
                    + " steps each, and so no finite learning rate from 0 on: give a finite factor of at least 0 for "
                    + "every step");
        }
        return rate;
    }

    /**
     * Returns the schedule stretched over a run that is longer by a factor: everything counted in epochs moves along.
     */
    default Schedule stretched(double factor) {
        return this;
    }

    /** A function of the step, as {@link Schedule#factor}. */
    @FunctionalInterface
    interface Factor {
        /** Returns the factor of the base rate at a step; parameters as those of {@link Schedule#factor}. */
        double at(long step, long stepsPerEpoch, int epochs);
    }

    /**
     * Returns a schedule by one's own function.
     *
     * {@snippet file="dev/lethe/train/SnippetsTest.java" region="schedule"}
     *
     * @param name text that tells it apart in a run's configuration: another function needs another name
     * @param factor function of the step; the same step must always get the same factor
     */
    static Schedule of(String name, Factor factor) {
        return new Own(name, factor);
    }

    /** Returns a schedule of the same rate at every step. */
    static Schedule constant() {
        return new Constant();
    }

    /**
     * Reads a schedule: {@code constant}, {@code multistep:60,120,160:0.2}, {@code cosine} or {@code cosine:0.01},
     * {@code onecycle}, {@code onecycle:0.23} or {@code onecycle:0.23:0.2:0.07} (peak, start, end). Each may follow a
     * warm-up: {@code warmup:5+cosine} counts epochs, {@code warmup:500steps+cosine} counts steps.
     *
     * @throws IllegalArgumentException when the text is none of these; the message names the part and its remedy
     */
    static Schedule parse(String text) {
        return new ScheduleText(text).parse();
    }

    /**
     * Returns the schedule that a run's configuration names. One by a function of one's own is known by its name alone,
     * which tells schedules apart, and gives no rates: that text is not looked into.
     */
    static Schedule recorded(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException _) { // of one's own, or damaged, which a digest tells
            return of(text, (_, _, _) -> {
                throw new IllegalStateException("schedule '" + text
                        + "' is a function of the program that trained the run: train by that program");
            });
        }
    }

    /**
     * Schedule by one's own function.
     *
     * @param name text that tells it apart
     * @param function factor of each step
     */
    record Own(String name, Factor function) implements Schedule {
        /** Refuses impossible values by a sentence that names them. */
        public Own {
            Objects.requireNonNull(function, "function");
            if (name.isBlank()) {
                throw new IllegalArgumentException("name='" + name + "': give a text that tells the schedule apart");
            }
        }

        @Override
        public double factor(long step, long stepsPerEpoch, int epochs) {
            return function.at(step, stepsPerEpoch, epochs);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Constant rate, {@code constant}. */
    record Constant() implements Schedule {
        @Override
        public double factor(long step, long stepsPerEpoch, int epochs) {
            return 1;
        }

        @Override
        public String toString() {
            return ScheduleText.CONSTANT;
        }
    }

    /**
     * PyTorch's {@code MultiStepLR}, stepped once an epoch: the rate is multiplied after each milestone, and twice
     * after one that stands there twice. Milestones beyond the end of a run are never reached.
     *
     * @param milestones epochs after which the rate changes, in ascending order
     * @param gamma factor at each milestone
     */
    record MultiStep(List<Integer> milestones, double gamma) implements Schedule {
        /** Refuses impossible values by a sentence that names them. */
        public MultiStep {
            milestones = List.copyOf(milestones);
            if (milestones.isEmpty()) {
                throw new IllegalArgumentException("milestones=[]: at least one epoch is needed, as in 60,120,160");
            }
            int before = 1;
            for (int milestone : milestones) {
                if (milestone < before) {
                    throw new IllegalArgumentException("milestones=" + milestones + ": epochs from 1 in ascending order"
                            + " are needed");
                }
                before = milestone;
            }
            if (!(gamma > 0) || Double.isInfinite(gamma)) {
                throw new IllegalArgumentException("gamma=" + gamma + ": it must be a number above 0, as in 0.2");
            }
        }

        @Override
        public double factor(long step, long stepsPerEpoch, int epochs) {
            long done = step / stepsPerEpoch;
            double factor = 1;
            for (int milestone : milestones) {
                factor = done >= milestone ? factor * gamma : factor;
            }
            return factor;
        }

        @Override
        public Schedule stretched(double times) {
            // in few epochs some fall together: both factors then apply there
            return new MultiStep(milestones.stream()
                    .map(epoch -> Math.clamp(Math.round(epoch * times), 1, Integer.MAX_VALUE)).toList(), gamma);
        }

        @Override
        public String toString() {
            return ScheduleText.MULTISTEP + ":"
                    + milestones.stream().map(String::valueOf).collect(Collectors.joining(",")) + ":" + gamma;
        }
    }

    /**
     * PyTorch's {@code CosineAnnealingLR} over all steps of the run (Loshchilov and Hutter, ICLR 2017): half a cosine
     * wave, from 1 at the first step to the final fraction just after the last.
     *
     * @param end the final fraction, in [0, 1]
     */
    record Cosine(double end) implements Schedule {
        /** Refuses impossible values by a sentence that names them. */
        public Cosine {
            requireFraction("end", end);
        }

        @Override
        public double factor(long step, long stepsPerEpoch, int epochs) {
            return end + (1 - end) * (1 + Math.cos(Math.PI * step / (stepsPerEpoch * epochs))) / 2;
        }

        @Override
        public String toString() {
            return end == 0 ? ScheduleText.COSINE : ScheduleText.COSINE + ":" + end;
        }
    }

    /**
     * Triangle of rates: a straight line up to 1 at the peak, and one down to the end factor just after the last step.
     * airbench94 uses {@link #airbench}.
     *
     * @param peak place of the highest rate, a fraction of all steps, rounded down to a step
     * @param start factor of the first step, in [0, 1]
     * @param end factor just after the last step, in [0, 1]
     */
    record OneCycle(double peak, double start, double end) implements Schedule {
        /** Refuses impossible values by a sentence that names them. */
        public OneCycle {
            requireFraction("peak", peak);
            requireFraction("start", start);
            requireFraction("end", end);
        }

        /** Returns the triangle of airbench94, a fast recipe for CIFAR-10. */
        public static OneCycle airbench() {
            return new OneCycle(0.23, 0.2, 0.07);
        }

        @Override
        public double factor(long step, long stepsPerEpoch, int epochs) {
            long steps = stepsPerEpoch * epochs;
            long top = (long) (peak * steps);
            return step < top
                    ? start + (1 - start) * step / top
                    : 1 - (1 - end) * (step - top) / Math.max(1, steps - top);
        }

        @Override
        public String toString() {
            return ScheduleText.ONECYCLE + ":" + peak + ":" + start + ":" + end;
        }
    }

    /**
     * Linear warm-up: another schedule, multiplied by 1/n, 2/n, ... 1 in the first n steps. The other schedule is not
     * moved: its milestones stay where they are, as with PyTorch's {@code LinearLR} in a {@code ChainedScheduler}.
     *
     * @param length length of the warm-up, in units
     * @param unit unit of the length: epochs or steps
     * @param then schedule that is warmed up; not itself a warm-up
     */
    record WarmUp(long length, Unit unit, Schedule then) implements Schedule {
        /** Units of the length of a warm-up. */
        public enum Unit {
            /** Epochs. */
            EPOCHS,
            /** Steps of the optimizer. */
            STEPS
        }

        /** Refuses impossible values by a sentence that names them. */
        public WarmUp {
            if (length < 1) {
                throw new IllegalArgumentException("warmup=" + length + ": at least 1 is needed");
            }
            if (then instanceof WarmUp) {
                throw new IllegalArgumentException("a warm-up of " + then + ": only one warm-up is possible");
            }
        }

        @Override
        public double factor(long step, long stepsPerEpoch, int epochs) {
            double steps = unit == Unit.STEPS ? length : (double) length * stepsPerEpoch;
            return Math.min(1, (step + 1) / steps) * then.factor(step, stepsPerEpoch, epochs);
        }

        @Override
        public Schedule stretched(double times) {
            long moved = unit == Unit.STEPS ? length : Math.max(1, Math.round(length * times));
            return new WarmUp(moved, unit, then.stretched(times));
        }

        @Override
        public String toString() {
            return ScheduleText.WARMUP + ":" + length + (unit == Unit.STEPS ? ScheduleText.STEPS : "") + "+" + then;
        }
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + "=" + value + ": it lies in [0, 1]");
        }
    }
}
