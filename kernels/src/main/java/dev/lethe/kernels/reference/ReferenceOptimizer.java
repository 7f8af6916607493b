package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import java.util.Arrays;

/**
 * The steps of the optimizers, in PyTorch's definitions. For each parameter p with gradient g, at learning rate r and
 * with weight decay d, both times the factors of the parameter's group; every array has the parameter's shape:
 *
 * <pre>
 * clipping  g = s * g,  s = min(1, limit / (norm + 1e-6)),  norm = sqrt(sum of g^2 over all parameters)
 * SGD       g = g + d * p
 *           v = momentum * v + g
 *           p = p - r * v                                    (Nesterov: p - r * (g + momentum * v))
 * AdamW     m = beta1 * m + (1 - beta1) * g
 *           v = beta2 * v + (1 - beta2) * g^2
 *           p = (1 - r * d) * p - r * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * with AdamW's step t counted from 1.
 */
final class ReferenceOptimizer {
    private ReferenceOptimizer() {}

    /**
     * Makes one step on every parameter.
     *
     * @param step row of the learning rates, whose shape is (steps)
     */
    static void run(ReferenceProgram program, OptimizerOp.Update op, int step) {
        double baseRate = program.memory(op.learningRates()).getAtIndex(JAVA_FLOAT, step);
        double scale = op.clipNorm() > 0 ? OptimizerOp.Update.clipScale(op.clipNorm(), norm(program, op)) : 1;
        for (OptimizerOp.Slot slot : op.slots()) {
            double rate = baseRate * slot.group().rateFactor();
            double decay = (double) op.optimizer().weightDecay() * slot.group().decayFactor();
            double[] p = program.values(slot.parameter());
            double[] g = Arrays.stream(program.values(slot.gradient())).map(gradient -> scale * gradient).toArray();
            // (states), each in the parameter's shape
            double[][] states = slot.states(op.optimizer()).stream().map(program::values).toArray(double[][]::new);
            switch (op.optimizer()) {
                case Optimizer.Sgd sgd -> sgd(sgd, rate, decay, p, g, states[0]);
                case Optimizer.AdamW adamW -> {
                    long number = program.memory(op.stepsBefore().orElseThrow()).get(JAVA_INT, 0) + step + 1L;
                    adamW(adamW, number, rate, decay, p, g, states[0], states[1]);
                }
            }
        }
    }

    /** Computes {@code sum = sum + g} for every gradient g. */
    static void accumulate(ReferenceProgram program, OptimizerOp.Accumulate op) {
        for (OptimizerOp.Slot slot : op.slots()) {
            double[] gradient = program.values(slot.gradient());
            double[] sum = program.values(slot.summed().gradient());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gradient[i];
            }
        }
    }

    /** Returns {@code sqrt(sum of g^2)} over the gradients of all parameters together. */
    private static double norm(ReferenceProgram program, OptimizerOp.Update op) {
        double squares = 0;
        for (OptimizerOp.Slot slot : op.slots()) {
            for (double gradient : program.values(slot.gradient())) {
                squares += gradient * gradient;
            }
        }
        return Math.sqrt(squares);
    }

    /** Computes {@code g = g + d * p; v = momentum * v + g; p = p - r * v}, or Nesterov's p. */
    private static void sgd(Optimizer.Sgd sgd, double rate, double decay, double[] p, double[] g, double[] v) {
        for (int i = 0; i < p.length; i++) {
            double gradient = g[i] + decay * p[i];
            v[i] = sgd.momentum() * v[i] + gradient;
            p[i] -= rate * (sgd.nesterov() ? gradient + sgd.momentum() * v[i] : v[i]);
        }
    }

    /** Computes one step of AdamW; m and v are the means of gradients and of their squares. */
    private static void adamW(Optimizer.AdamW adamW, long step, double rate, double decay, double[] p, double[] g,
            double[] m, double[] v) {
        for (int i = 0; i < p.length; i++) {
            m[i] = adamW.beta1() * m[i] + (1 - adamW.beta1()) * g[i];
            v[i] = adamW.beta2() * v[i] + (1 - adamW.beta2()) * g[i] * g[i];
            p[i] = (1 - rate * decay) * p[i] - rate * (m[i] / adamW.correction1(step))
                    / (Math.sqrt(v[i] / adamW.correction2(step)) + adamW.epsilon());
        }
    }
}
