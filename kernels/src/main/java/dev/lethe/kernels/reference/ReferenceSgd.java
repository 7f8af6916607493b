package dev.lethe.kernels.reference;

import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.SgdSpec;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

/** Stochastic gradient descent with momentum, Nesterov's variant and weight decay. */
final class ReferenceSgd {
    private ReferenceSgd() {}

    static void run(ReferenceProgram program, OptimizerOp.SgdStep op, int step) {
        double rate = program.memory(op.learningRates()).getAtIndex(JAVA_FLOAT, step);
        SgdSpec spec = op.spec();
        for (OptimizerOp.SgdStep.Slot slot : op.slots()) {
            double[] p = program.values(slot.parameter());
            double[] g = program.values(slot.gradient());
            double[] v = program.values(slot.momentum());
            double decay = slot.decayed() ? spec.weightDecay() : 0;
            for (int i = 0; i < p.length; i++) {
                double gradient = g[i] + decay * p[i];
                v[i] = spec.momentum() * v[i] + gradient;
                p[i] -= rate * (spec.nesterov() ? gradient + spec.momentum() * v[i] : v[i]);
            }
        }
    }
}
