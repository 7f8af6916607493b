package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.BYTES;
import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Rectified linear units over contiguous floats; input and output may be the same memory. */
public final class ReluPass {
    private ReluPass() {}

    /** {@code output = max(0, input)} over {@code count} floats; offsets are in bytes. */
    public static void forward(MemorySegment input, long inputAt, MemorySegment output, long outputAt, long count) {
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector.fromMemorySegment(SPECIES, input, inputAt + i * BYTES, ORDER).max(0)
                    .intoMemorySegment(output, outputAt + i * BYTES, ORDER);
        }
        for (; i < count; i++) {
            output.set(JAVA_FLOAT, outputAt + i * BYTES, Math.max(0, input.get(JAVA_FLOAT, inputAt + i * BYTES)));
        }
    }

    /** {@code inputGradient = output > 0 ? outputGradient : 0} over {@code count} floats; offsets are in bytes. */
    public static void backward(MemorySegment output, long outputAt, MemorySegment outputGradient,
            long outputGradientAt, MemorySegment inputGradient, long inputGradientAt, long count) {
        FloatVector zero = FloatVector.zero(SPECIES);
        long i = 0;
        for (; i + LANES <= count; i += LANES) {
            FloatVector y = FloatVector.fromMemorySegment(SPECIES, output, outputAt + i * BYTES, ORDER);
            FloatVector dy = FloatVector.fromMemorySegment(SPECIES, outputGradient, outputGradientAt + i * BYTES,
                    ORDER);
            zero.blend(dy, y.compare(VectorOperators.GT, 0)).intoMemorySegment(inputGradient,
                    inputGradientAt + i * BYTES, ORDER);
        }
        for (; i < count; i++) {
            float dy = outputGradient.get(JAVA_FLOAT, outputGradientAt + i * BYTES);
            inputGradient.set(JAVA_FLOAT, inputGradientAt + i * BYTES,
                    output.get(JAVA_FLOAT, outputAt + i * BYTES) > 0 ? dy : 0);
        }
    }
}
