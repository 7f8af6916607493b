package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.Op;
import java.lang.foreign.MemorySegment;

/** Images of a batch, normalised. */
final class ReferenceGather {
    private ReferenceGather() {}

    static void run(ReferenceProgram program, Op.GatherImages op, int position) {
        MemorySegment images = program.memory(op.images());
        MemorySegment order = program.memory(op.order());
        double[] output = program.values(op.output()); // (N, H, W, C)
        int pixels = Math.toIntExact(op.output().shape().elementsPerExample());
        int channels = op.normalization().channels();
        for (int n = 0; n < op.output().shape().dim(0); n++) {
            long image = order.getAtIndex(JAVA_INT, position + n);
            for (int i = 0; i < pixels; i++) {
                int pixel = Byte.toUnsignedInt(images.get(JAVA_BYTE, image * pixels + i));
                int channel = i % channels;
                output[n * pixels + i] = (pixel / 255.0 - op.normalization().mean().get(channel))
                        / op.normalization().std().get(channel);
            }
        }
    }
}
