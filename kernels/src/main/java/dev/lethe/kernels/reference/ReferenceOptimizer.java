package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import java.util.Arrays;

/** The steps of the optimizers. */
final class ReferenceOptimizer {
    private ReferenceOptimizer() {}

    static void run(ReferenceProgram program, OptimizerOp.Update op, int step) {
        double baseRate = program.memory(op.learningRates()).getAtIndex(JAVA_FLOAT, step);
        double scale = op.clipNorm() > 0 ? OptimizerOp.Update.clipScale(op.clipNorm(), norm(program, op)) : 1;
        for (OptimizerOp.Slot slot : op.slots()) {
            double rate = baseRate * slot.group().rateFactor();
            double decay = (double) op.optimizer().weightDecay() * slot.group().decayFactor();
            double[] p = program.values(slot.parameter());
            double[] g = Arrays.stream(program.values(slot.gradient())).map(gradient -> scale * gradient).toArray();
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

    static void accumulate(ReferenceProgram program, OptimizerOp.Accumulate op) {
        for (OptimizerOp.Slot slot : op.slots()) {
            double[] gradient = program.values(slot.gradient());
            double[] sum = program.values(slot.summed().gradient());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gradient[i];
            }
        }
    }

    private static double norm(ReferenceProgram program, OptimizerOp.Update op) {
        double squares = 0;
        for (OptimizerOp.Slot slot : op.slots()) {
            for (double gradient : program.values(slot.gradient())) {
                squares += gradient * gradient;
            }
        }
        return Math.sqrt(squares);
    }

    private static void sgd(Optimizer.Sgd sgd, double rate, double decay, double[] p, double[] g, double[] v) {
        for (int i = 0; i < p.length; i++) {
            double gradient = g[i] + decay * p[i];
            v[i] = sgd.momentum() * v[i] + gradient;
            p[i] -= rate * (sgd.nesterov() ? gradient + sgd.momentum() * v[i] : v[i]);
        }
    }

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
