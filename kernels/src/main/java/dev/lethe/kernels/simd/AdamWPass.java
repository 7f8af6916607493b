package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.Optimizer;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** A pass of AdamW over contiguous floats, as {@link Optimizer.AdamW} defines it. Zeros stay zeros. */
public final class AdamWPass {
    private AdamWPass() {}

    /**
     * Updates the parameter and both means over {@code count} floats from byte {@code from} on, in all four memories.
     *
     * @param step number of the training step, counted from 1
     * @param rate learning rate
     * @param scale factor of the gradients, for clipping
     * @param parameter floats of the parameters
     * @param gradient floats of their gradients
     * @param mean floats of the mean gradients
     * @param meanSquare floats of the mean squared gradients
     * @param from first byte in each of the four
     * @param count number of floats
     */
    public static void run(Optimizer.AdamW spec, long step, float rate, float scale, MemorySegment parameter,
            MemorySegment gradient, MemorySegment mean, MemorySegment meanSquare, long from, long count) {
        float keep1 = (float) spec.beta1();
        float take1 = (float) (1 - spec.beta1());
        float keep2 = (float) spec.beta2();
        float take2 = (float) (1 - spec.beta2());
        float shrink = (float) (1 - (double) rate * spec.weightDecay());
        float stride = (float) (-rate / spec.correction1(step));
        float root = (float) (1 / Math.sqrt(spec.correction2(step)));
        float epsilon = (float) spec.epsilon();
        long end = from + count * BYTES;
        long at = from;
        for (; at + LANES * BYTES <= end; at += LANES * BYTES) {
            FloatVector p = FloatVector.fromMemorySegment(SPECIES, parameter, at, ORDER);
            FloatVector g = FloatVector.fromMemorySegment(SPECIES, gradient, at, ORDER).mul(scale);
            FloatVector m = FloatVector.fromMemorySegment(SPECIES, mean, at, ORDER).mul(keep1);
            FloatVector v = FloatVector.fromMemorySegment(SPECIES, meanSquare, at, ORDER).mul(keep2);
            m = g.fma(FloatVector.broadcast(SPECIES, take1), m);
            v = g.mul(take2).fma(g, v);
            m.intoMemorySegment(mean, at, ORDER);
            v.intoMemorySegment(meanSquare, at, ORDER);
            FloatVector change = m.div(v.sqrt().fma(FloatVector.broadcast(SPECIES, root),
                    FloatVector.broadcast(SPECIES, epsilon)));
            change.fma(FloatVector.broadcast(SPECIES, stride), p.mul(shrink)).intoMemorySegment(parameter, at, ORDER);
        }
        for (; at < end; at += BYTES) {
            float p = parameter.get(JAVA_FLOAT, at);
            float g = scale * gradient.get(JAVA_FLOAT, at);
            float m = Math.fma(g, take1, mean.get(JAVA_FLOAT, at) * keep1);
            float v = Math.fma(g * take2, g, meanSquare.get(JAVA_FLOAT, at) * keep2);
            mean.set(JAVA_FLOAT, at, m);
            meanSquare.set(JAVA_FLOAT, at, v);
            float change = m / Math.fma((float) Math.sqrt(v), root, epsilon);
            parameter.set(JAVA_FLOAT, at, Math.fma(change, stride, p * shrink));
        }
    }
}
