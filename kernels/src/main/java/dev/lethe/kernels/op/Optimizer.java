package dev.lethe.kernels.op;

import java.util.List;

/** A rule by which a gradient g changes a parameter p at a learning rate, in PyTorch's definitions. */
public sealed interface Optimizer {
    /** Returns the coefficient of the weight decay, at least 0. */
    float weightDecay();

    /**
     * Returns the names of the states that it keeps for every parameter from step to step: tensors of the parameter's
     * shape, zeros at first.
     */
    List<String> states();

    /**
     * Returns the optimizer with the weight decay of a group of parameters; the group's learning rate is applied
     * elsewhere.
     */
    Optimizer of(ParameterGroup group);

    /**
     * Stochastic gradient descent with dampening 0: {@code g += weightDecay * p; v = momentum * v + g; p -= rate *
     * (nesterov ? g + momentum * v : v)}.
     *
     * @param momentum share of the last step's direction that is kept, in [0, 1)
     * @param nesterov whether to look ahead along the momentum
     * @param weightDecay L2 coefficient, at least 0
     */
    record Sgd(float momentum, boolean nesterov, float weightDecay) implements Optimizer {
        /** Refuses impossible values by a sentence that names them. */
        public Sgd {
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException("SGD momentum=" + momentum + ": it lies in [0, 1)");
            }
            requireDecay("SGD", weightDecay);
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("SGD with nesterov needs a momentum above 0");
            }
        }

        @Override
        public List<String> states() {
            return List.of("momentum");
        }

        @Override
        public Sgd of(ParameterGroup group) {
            return new Sgd(momentum, nesterov, weightDecay * group.decayFactor());
        }
    }

    /**
     * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), in step t, counted from 1: {@code m = beta1
     * * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g * g; p = (1 - rate * weightDecay) * p - rate / (1 -
     * beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)}.
     *
     * @param beta1 decay of the mean of gradients, in [0, 1)
     * @param beta2 decay of the mean of their squares, in [0, 1)
     * @param epsilon summand that keeps the divisor away from 0; a float above 0
     * @param weightDecay coefficient of the decoupled decay, at least 0
     */
    record AdamW(double beta1, double beta2, double epsilon, float weightDecay) implements Optimizer {
        /** Refuses impossible values by a sentence that names them. */
        public AdamW {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
                throw new IllegalArgumentException("AdamW betas=" + beta1 + "," + beta2 + ": both lie in [0, 1)");
            }
            if (!((float) epsilon > 0) || Double.isInfinite(epsilon)) {
                throw new IllegalArgumentException(
                        "AdamW epsilon=" + epsilon + ": it must be a number above 0, as in 1e-8");
            }
            requireDecay("AdamW", weightDecay);
        }

        /** Returns PyTorch's defaults: betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01. */
        public static AdamW standard() {
            return new AdamW(0.9, 0.999, 1e-8, 0.01f);
        }

        /**
         * Returns {@code 1 - beta1^step}, the factor by which the mean of gradients is too small after a step, counted
         * from 1.
         */
        public double correction1(long step) {
            return 1 - Math.pow(beta1, step);
        }

        /**
         * Returns {@code 1 - beta2^step}, the factor by which the mean of their squares is too small after a step,
         * counted from 1.
         */
        public double correction2(long step) {
            return 1 - Math.pow(beta2, step);
        }

        @Override
        public List<String> states() {
            return List.of("exp_avg", "exp_avg_sq");
        }

        @Override
        public AdamW of(ParameterGroup group) {
            return new AdamW(beta1, beta2, epsilon, weightDecay * group.decayFactor());
        }
    }

    private static void requireDecay(String optimizer, float weightDecay) {
        if (!(weightDecay >= 0) || Float.isInfinite(weightDecay)) {
            throw new IllegalArgumentException(
                    optimizer + " weightDecay=" + weightDecay + ": it must be a number from 0 on");
        }
    }
}
