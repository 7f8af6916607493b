package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.Optimizer;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** A pass of stochastic gradient descent over contiguous floats, as {@link Optimizer.Sgd} defines it. */
public final class SgdPass {
    private SgdPass() {}

    /**
     * Updates parameter and momentum over {@code count} floats from byte {@code from} on, in all three memories.
     *
     * @param rate learning rate
     * @param scale factor of the gradients, for clipping
     * @param parameter floats of the parameters
     * @param gradient floats of their gradients
     * @param momentum floats of their momenta
     * @param from first byte in each of the three
     * @param count number of floats
     */
    public static void run(Optimizer.Sgd spec, float rate, float scale, MemorySegment parameter, MemorySegment gradient,
            MemorySegment momentum, long from, long count) {
        float keep = spec.momentum();
        FloatVector decay = FloatVector.broadcast(SPECIES, spec.weightDecay());
        FloatVector keeps = FloatVector.broadcast(SPECIES, keep);
        FloatVector step = FloatVector.broadcast(SPECIES, -rate);
        FloatVector scales = FloatVector.broadcast(SPECIES, scale);
        long end = from + count * BYTES;
        long at = from;
        for (; at + LANES * BYTES <= end; at += LANES * BYTES) {
            FloatVector p = FloatVector.fromMemorySegment(SPECIES, parameter, at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, gradient, at, ORDER);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, momentum, at, ORDER);
            g = p.fma(decay, g.mul(scales));
            v = v.fma(keeps, g);
            v.intoMemorySegment(momentum, at, ORDER);
            (spec.nesterov() ? v.fma(keeps, g) : v).fma(step, p).intoMemorySegment(parameter, at, ORDER);
        }
        for (; at < end; at += BYTES) {
            float p = parameter.get(JAVA_FLOAT, at);
            float g = Math.fma(p, spec.weightDecay(), scale * gradient.get(JAVA_FLOAT, at));
            float v = Math.fma(momentum.get(JAVA_FLOAT, at), keep, g);
            momentum.set(JAVA_FLOAT, at, v);
            parameter.set(JAVA_FLOAT, at, Math.fma(spec.nesterov() ? Math.fma(v, keep, g) : v, -rate, p));
        }
    }
}
