package dev.lethe.kernels.simd;

import static dev.lethe.kernels.simd.Floats.LANES;
import static dev.lethe.kernels.simd.Floats.ORDER;
import static dev.lethe.kernels.simd.Floats.SPECIES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * A pass that turns images of a batch into normalised activations: {@code x = pixel * scale[channel] + shift[channel]}.
 */
public final class GatherPass {
    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final VectorSpecies<Byte> PIXELS = VectorSpecies.of(byte.class,
            VectorShape.forBitSize(Byte.SIZE * Math.max(LANES, 8)));
    /**
     * The answer whether a byte vector with the lanes of a float vector exists: for narrow vectors none does, and the
     * pass is scalar.
     */
    private static final boolean VECTORS = PIXELS.length() == LANES;

    private final float[] scale; // (channels * LANES): the pattern that vectors of interleaved channels repeat
    private final float[] shift; // (channels * LANES), in the same pattern
    private final int pixels;
    private final boolean bfloat16;

    /**
     * Makes a pass over images of one size.
     *
     * @param pixels bytes of an image: H * W * C
     * @param elements type of the output
     */
    public GatherPass(Normalization normalization, int pixels, DType elements) {
        int channels = normalization.channels();
        this.pixels = pixels;
        bfloat16 = Elements.isBFloat16(elements);
        scale = new float[channels * LANES];
        shift = new float[channels * LANES];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = normalization.scale(i % channels);
            shift[i] = normalization.shift(i % channels);
        }
    }

    /**
     * Gathers {@code count} images.
     *
     * @param images (examples, H, W, C) bytes
     * @param order (presentations) int32: the example of each presentation
     * @param first number of the first presentation
     * @param output receives (count, H, W, C) from byte {@code at} on
     */
    public void run(MemorySegment images, MemorySegment order, long first, int count, MemorySegment output, long at) {
        for (int n = 0; n < count; n++) {
            long image = (long) order.getAtIndex(JAVA_INT, first + n) * pixels;
            normalize(images, image, output, at + n * pixels * Elements.bytes(bfloat16));
        }
    }

    private void normalize(MemorySegment images, long image, MemorySegment output, long at) {
        boolean bfloat16 = this.bfloat16;
        long size = Elements.bytes(bfloat16);
        int vectors = VECTORS ? pixels - pixels % LANES : 0;
        int phase = 0;
        for (int i = 0; i < vectors; i += LANES) {
            FloatVector x = (FloatVector) ((IntVector) ByteVector.fromMemorySegment(PIXELS, images, image + i, ORDER)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0)).convert(VectorOperators.I2F, 0);
            x = x.fma(FloatVector.fromArray(SPECIES, scale, phase), FloatVector.fromArray(SPECIES, shift, phase));
            Elements.store(bfloat16, x, output, at + i * size);
            phase = phase + LANES == scale.length ? 0 : phase + LANES;
        }
        for (int i = vectors; i < pixels; i++) {
            int pixel = Byte.toUnsignedInt(images.get(JAVA_BYTE, image + i));
            int channel = i % scale.length;
            Elements.set(bfloat16, output, at + i * size, Math.fma((float) pixel, scale[channel], shift[channel]));
        }
    }
}
