package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Normalization;
import dev.lethe.kernels.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InitialValuesTest {
    private static final Shape IMAGE = Shape.of(1, 9, 7, 2);
    private static final Normalization NORMALIZATION = new Normalization(List.of(0.4f, 0.6f), List.of(0.2f, 0.3f));

    private static Map<String, float[]> values(Network network, long seed, TrainingImages images) {
        Map<String, float[]> values = new LinkedHashMap<>();
        new NetworkOps(network, IMAGE).initialise(seed, images, (tensor, array) -> values.put(tensor.name(), array));
        return values;
    }

    /** Neighbouring pixels are alike, as in photographs. */
    private static TrainingImages images(int count) {
        byte[] pixels = new byte[count * 9 * 7 * 2];
        Random random = new Random(5);
        for (int i = 0; i < pixels.length; i++) {
            int before = i % 126 < 2 ? 128 : Byte.toUnsignedInt(pixels[i - 2]);
            pixels[i] = (byte) Math.clamp(before + random.nextInt(-40, 41), 0, 255);
        }
        return new TrainingImages(MemorySegment.ofArray(pixels), IMAGE.withFirst(count), NORMALIZATION);
    }

    @Test
    void shouldCopyInputsWhereAConvolutionBeginsAsTheIdentity() {
        Network network = Network.of("n", Layer.convolution("conv", 5, 3).initial(Initial.DIRAC),
                Layer.linear("fc", 3));
        float[] dirac = values(network, 1, images(1)).get("conv.weight"); // (5, 2, 3, 3)
        Network plain = Network.of("n", Layer.convolution("conv", 5, 3), Layer.linear("fc", 3));
        float[] uniform = values(plain, 1, images(1)).get("conv.weight");
        for (int i = 0; i < 36; i++) {
            assertEquals(i == 4 || i == 18 + 9 + 4 ? 1 : 0, dirac[i], "element " + i);
        }
        assertArrayEquals(Arrays.copyOfRange(uniform, 36, 90), Arrays.copyOfRange(dirac, 36, 90));
    }

    @Test
    void shouldPutTheOneOfAnEvenKernelWherePyTorchDoes() {
        Network network = Network.of("n", Layer.convolution("conv", 1, 4).initial(Initial.DIRAC),
                Layer.linear("fc", 3));
        float[] dirac = values(network, 1, images(1)).get("conv.weight"); // (1, 2, 4, 4)
        for (int i = 0; i < dirac.length; i++) {
            assertEquals(i == 10 ? 1 : 0, dirac[i], "row 2, column 2");
        }
    }

    /** Of the patches that the filters were made from, each filter's response has variance lambda / (lambda + eps). */
    @Test
    void shouldMakePatchesUncorrelated() {
        TrainingImages images = images(40);
        Network network = Network.of("n", new Layer.Whitening("white", 2, 1e-9), Layer.linear("fc", 3));
        Map<String, float[]> values = values(network, 1, images);
        float[] filters = values.get("white.weight"); // (16, 2, 2, 2)
        assertEquals(16 * 8, filters.length);
        assertArrayEquals(new float[16], values.get("white.bias"));
        double[][] moments = Whitening.moments(images, 2);
        for (int k = 0; k < 16; k++) {
            for (int l = 0; l < 16; l++) {
                double expected = k == l ? 1 : Math.abs(k - l) == 8 ? -1 : 0;
                assertEquals(expected, product(filters, k, moments, l), 1e-5, k + ", " + l);
            }
        }
    }

    private static double product(float[] filters, int k, double[][] moments, int l) {
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 8; j++) {
                sum += filters[k * 8 + i] * moments[i][j] * filters[l * 8 + j];
            }
        }
        return sum;
    }

    @Test
    void shouldTakeTheMomentsOfNormalisedPixels() {
        TrainingImages images = images(3);
        double[][] moments = Whitening.moments(images, 2);
        double sum = 0; // of (channel 1, row 0, column 1) times (channel 0, row 1, column 0)
        for (int n = 0; n < 3; n++) {
            for (int row = 0; row < 8; row++) {
                for (int column = 0; column < 6; column++) {
                    sum += pixel(images, n, row, column + 1, 1) * pixel(images, n, row + 1, column, 0);
                }
            }
        }
        assertEquals(sum / (3 * 8 * 6), moments[5][2], 1e-6);
        assertEquals(moments[2][5], moments[5][2]);
    }

    private static double pixel(TrainingImages images, int n, int row, int column, int channel) {
        byte value = ((byte[]) images.pixels().heapBase().orElseThrow())[((n * 9 + row) * 7 + column) * 2 + channel];
        return (Byte.toUnsignedInt(value) / 255.0 - NORMALIZATION.mean().get(channel))
                / NORMALIZATION.std().get(channel);
    }

    @Test
    void shouldSayThatWhiteningNeedsImages() {
        NetworkOps ops = new NetworkOps(ModelZoo.create("airbench94", 10), Shape.of(1, 32, 32, 3));
        String message = assertThrows(IllegalArgumentException.class, () -> ops.initialise(1, (_, _) -> {}))
                .getMessage();
        assertTrue(message.contains("0.weight") && message.contains("training images"), message);
    }

    @Test
    void shouldWhitenNothingButImages() {
        Network network = Network.of("n", Layer.relu(), Layer.whitening("white", 2), Layer.linear("fc", 3));
        assertThrows(IllegalArgumentException.class, () -> new NetworkOps(network, IMAGE));
    }
}
