package dev.lethe.kernels;

import dev.lethe.kernels.Tensor.Role;
import java.util.List;
import java.util.stream.Stream;

/** What changes parameters by their gradients. */
public sealed interface OptimizerOp extends Op {
    /**
     * One step of stochastic gradient descent on every slot.
     *
     * @param learningRates (steps): the rate of each step, F32, read at the plan's step
     */
    record SgdStep(SgdSpec spec, List<Slot> slots, Tensor learningRates) implements OptimizerOp {

        /**
         * A parameter with its gradient and its momentum, all of one shape.
         *
         * @param decayed whether weight decay applies
         */
        public record Slot(Tensor parameter, Tensor gradient, Tensor momentum, boolean decayed) {
            public Slot {
                OpChecks.require(parameter.role() == Role.PARAMETER, "not a parameter", parameter);
                OpChecks.require(gradient.role() == Role.GRADIENT, "not a gradient", gradient);
                OpChecks.require(momentum.role() == Role.STATE, "not a state", momentum);
                OpChecks.requireShape(gradient, parameter.shape());
                OpChecks.requireShape(momentum, parameter.shape());
            }
        }

        public SgdStep {
            slots = List.copyOf(slots);
            OpChecks.require(learningRates.role() == Role.DATA && learningRates.dtype() == DType.F32,
                    "learning rates must be F32 data", learningRates);
        }

        @Override
        public List<Tensor> reads() {
            return Stream.concat(slots.stream().flatMap(s -> Stream.of(s.parameter(), s.gradient(), s.momentum())),
                    Stream.of(learningRates)).toList();
        }

        @Override
        public List<Tensor> writes() {
            return slots.stream().flatMap(s -> Stream.of(s.parameter(), s.momentum())).toList();
        }
    }
}
