package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Operations on parameters and on the values that are kept for them between steps. */
public sealed interface OptimizerOp extends Op {
    /**
     * A parameter with its gradient, both of one shape.
     *
     * @param group factors of the optimizer's settings
     */
    record Slot(Tensor parameter, Tensor gradient, ParameterGroup group) {
        /** Refuses impossible values by a sentence that names them. */
        public Slot {
            OpChecks.require(parameter.role() == Role.PARAMETER, "not a parameter", parameter);
            OpChecks.require(gradient.role() == Role.GRADIENT, "not a gradient", gradient);
            OpChecks.requireShape(gradient, parameter.shape());
        }

        /**
         * Returns the slot with the sum of gradients in place of the gradient, for batches that are computed in parts.
         */
        public Slot summed() {
            return new Slot(parameter, new Tensor(gradient.name() + ".sum", Role.GRADIENT, DType.F32,
                    gradient.shape()), group);
        }

        /**
         * Returns the states that an optimizer keeps for the parameter, in its shape: {@code conv1.weight.momentum}.
         */
        public List<Tensor> states(Optimizer optimizer) {
            return optimizer.states().stream().map(name -> new Tensor(parameter.name() + "." + name, Role.STATE,
                    DType.F32, parameter.shape())).toList();
        }
    }

    /**
     * One step of an optimizer on every slot. If the norm of all gradients together is above a limit, they are scaled
     * down to it first, as PyTorch's {@code clip_grad_norm_} does; the gradients in memory stay unscaled.
     *
     * @param clipNorm limit of the norm; 0 for none
     * @param learningRates (steps): the rate of each step, F32, read at the plan's step
     * @param stepsBefore (1): number of steps made before the first row of the rates, S32, which AdamW needs
     */
    record Update(Optimizer optimizer, float clipNorm, List<Slot> slots, Tensor learningRates,
            Optional<Tensor> stepsBefore)
            implements
            OptimizerOp {
        private static final double CLIP_EPSILON = 1e-6; // PyTorch's

        /** Refuses impossible values by a sentence that names them. */
        public Update {
            slots = List.copyOf(slots);
            OpChecks.require(learningRates.role() == Role.DATA && learningRates.dtype() == DType.F32,
                    "learning rates must be F32 data", learningRates);
            OpChecks.require(clipNorm >= 0 && !Float.isInfinite(clipNorm),
                    "clipNorm=" + clipNorm + " must be a number from 0 on", learningRates);
            stepsBefore.ifPresent(tensor -> OpChecks.requireInts(tensor, Role.DATA));
            OpChecks.require(stepsBefore.isPresent() || optimizer instanceof Optimizer.Sgd,
                    "AdamW needs the number of steps made before", learningRates);
        }

        /** Returns the factor of gradients that have a norm. */
        public static double clipScale(float clipNorm, double norm) {
            return Math.min(1, clipNorm / (norm + CLIP_EPSILON));
        }

        private Stream<Tensor> states() {
            return slots.stream().flatMap(slot -> slot.states(optimizer).stream());
        }

        @Override
        public List<Tensor> reads() {
            return Stream.of(slots.stream().flatMap(slot -> Stream.of(slot.parameter(), slot.gradient())), states(),
                    Stream.of(learningRates), stepsBefore.stream()).flatMap(tensors -> tensors).toList();
        }

        @Override
        public List<Tensor> writes() {
            return Stream.concat(slots.stream().map(Slot::parameter), states()).toList();
        }
    }

    /** The operation {@code sum += gradient} for every slot, see {@link Slot#summed}. */
    record Accumulate(List<Slot> slots) implements OptimizerOp {
        /** Keeps copies that do not change. */
        public Accumulate {
            slots = List.copyOf(slots);
        }

        @Override
        public List<Tensor> reads() {
            return slots.stream().flatMap(slot -> Stream.of(slot.gradient(), slot.summed().gradient())).toList();
        }

        @Override
        public List<Tensor> writes() {
            return slots.stream().map(slot -> slot.summed().gradient()).toList();
        }
    }

    /** The operation that sets the sum of gradients of every slot to zero, see {@link Slot#summed}. */
    record Clear(List<Slot> slots) implements OptimizerOp {
        /** Keeps copies that do not change. */
        public Clear {
            slots = List.copyOf(slots);
        }

        @Override
        public List<Tensor> reads() {
            return List.of();
        }

        @Override
        public List<Tensor> writes() {
            return slots.stream().map(slot -> slot.summed().gradient()).toList();
        }
    }

    /**
     * A parameter or running statistic with the average of its values: a moving average, or Lookahead's slow weights.
     *
     * @param average state of the same shape
     */
    record Averaged(Tensor value, Tensor average) {
        /** Refuses impossible values by a sentence that names them. */
        public Averaged {
            OpChecks.require(value.role() == Role.PARAMETER || value.role() == Role.STATE,
                    "not a parameter or state", value);
            OpChecks.require(average.role() == Role.STATE, "not a state", average);
            OpChecks.requireShape(average, value.shape());
        }

        /** Returns a value with an average named {@code conv1.weight.average}. */
        public static Averaged of(Tensor value) {
            return new Averaged(value, new Tensor(value.name() + ".average", Role.STATE, DType.F32, value.shape()));
        }
    }

    /**
     * The operation {@code average = decay * average + (1 - decay) * value}.
     *
     * @param decay share of the average that is kept, in [0, 1)
     */
    record Average(double decay, List<Averaged> tensors) implements OptimizerOp {
        /** Refuses impossible values by a sentence that names them. */
        public Average {
            tensors = List.copyOf(tensors);
            if (!(decay >= 0 && decay < 1)) {
                throw new IllegalArgumentException("decay=" + decay + " of an average: it lies in [0, 1)");
            }
        }

        @Override
        public List<Tensor> reads() {
            return both(tensors);
        }

        @Override
        public List<Tensor> writes() {
            return tensors.stream().map(Averaged::average).toList();
        }
    }

    /**
     * The synchronisation of Lookahead's fast weights, the values, with its slow ones, the averages (Zhang et al.,
     * NeurIPS 2019): {@code average = average + share * (value - average); value = average}.
     *
     * @param shares (synchronisations): share of the fast weights, F32, read at the plan's step
     */
    record Lookahead(Tensor shares, List<Averaged> tensors) implements OptimizerOp {
        /** Refuses impossible values by a sentence that names them. */
        public Lookahead {
            tensors = List.copyOf(tensors);
            OpChecks.require(shares.role() == Role.DATA && shares.dtype() == DType.F32, "shares must be F32 data",
                    shares);
        }

        @Override
        public List<Tensor> reads() {
            return Stream.concat(both(tensors).stream(), Stream.of(shares)).toList();
        }

        @Override
        public List<Tensor> writes() {
            return both(tensors);
        }
    }

    /** The exchange of values and averages: plans that read values compute with averages until the next one. */
    record Swap(List<Averaged> tensors) implements OptimizerOp {
        /** Keeps copies that do not change. */
        public Swap {
            tensors = List.copyOf(tensors);
        }

        @Override
        public List<Tensor> reads() {
            return both(tensors);
        }

        @Override
        public List<Tensor> writes() {
            return both(tensors);
        }
    }

    private static List<Tensor> both(List<Averaged> tensors) {
        return tensors.stream().flatMap(tensor -> Stream.of(tensor.value(), tensor.average())).toList();
    }
}
