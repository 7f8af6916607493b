package dev.lethe.kernels.op;

import java.util.List;

/** How a gradient g changes a parameter p at a learning rate, in PyTorch's definitions. */
public sealed interface Optimizer {
    /** Coefficient of the weight decay, at least 0. */
    float weightDecay();

    /** Names of what it keeps for every parameter from step to step, in the parameter's shape; zeros at first. */
    List<String> states();

    /** The same for a group of parameters; its learning rate is another matter. */
    Optimizer of(ParameterGroup group);

    /**
     * Stochastic gradient descent with dampening 0:
     * {@code g += weightDecay * p; v = momentum * v + g; p -= rate * (nesterov ? g + momentum * v : v)}.
     *
     * @param momentum in [0, 1)
     * @param nesterov whether to look ahead along the momentum
     * @param weightDecay L2 coefficient, at least 0
     */
    record Sgd(float momentum, boolean nesterov, float weightDecay) implements Optimizer {
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
     * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), in step t, counted from 1:
     * {@code m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g * g;
     * p = (1 - rate * weightDecay) * p - rate / (1 - beta1^t) * m / (sqrt(v / (1 - beta2^t)) + epsilon)}.
     *
     * @param beta1 of the mean of gradients, in [0, 1)
     * @param beta2 of the mean of their squares, in [0, 1)
     * @param epsilon keeps the divisor away from 0; a float above 0
     * @param weightDecay at least 0
     */
    record AdamW(double beta1, double beta2, double epsilon, float weightDecay) implements Optimizer {
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

        /** PyTorch's defaults: betas 0.9 and 0.999, epsilon 1e-8, weight decay 0.01. */
        public static AdamW standard() {
            return new AdamW(0.9, 0.999, 1e-8, 0.01f);
        }

        /** By how much the mean of gradients is too small after a step, counted from 1. */
        public double correction1(long step) {
            return 1 - Math.pow(beta1, step);
        }

        /** By how much the mean of their squares is too small after a step, counted from 1. */
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
