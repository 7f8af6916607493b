package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Normalization;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {
    private static final int EXAMPLES = 5000;
    private static final int CLASSES = 5;

    private static DataSet data() {
        Random random = new Random(3);
        byte[] pixels = new byte[EXAMPLES * 8];
        random.nextBytes(pixels);
        int[] labels = random.ints(EXAMPLES, 0, CLASSES).toArray();
        ImageSet images = ImageSet.of(pixels, labels, 2, 2, 2);
        return new DataSet("made up", images, images,
                IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList(),
                new Normalization(List.of(0.5f, 0.4f), List.of(0.25f, 0.3f)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.2, 0.4})
    void shouldGiveThatShareAnotherLabel(double share) {
        DataSet data = data();
        LabelNoise noise = new LabelNoise(LabelNoise.Kind.SYMMETRIC, share, 7);
        DataSet noisy = noise.applyTo(data);
        BitSet wrong = noise.wrong(EXAMPLES);
        assertEquals(Math.round(share * EXAMPLES), wrong.cardinality());
        int[] steps = new int[CLASSES];
        for (int id = 0; id < EXAMPLES; id++) {
            assertEquals(wrong.get(id), noisy.train().label(id) != data.train().label(id), "example " + id);
            steps[(noisy.train().label(id) - data.train().label(id) + CLASSES) % CLASSES]++;
        }
        double each = share * EXAMPLES / (CLASSES - 1);
        for (int step = 1; step < CLASSES; step++) {
            assertEquals(each, steps[step], 5 * Math.sqrt(each), "labels " + step + " further");
        }
        assertArrayEquals(noisy.train().labels().toArray(ValueLayout.JAVA_INT),
                noise.applyTo(data).train().labels().toArray(ValueLayout.JAVA_INT));
        assertNotEquals(wrong, new LabelNoise(LabelNoise.Kind.SYMMETRIC, share, 8).wrong(EXAMPLES));
        assertNotEquals(data.fingerprintHex(), noisy.fingerprintHex());
    }

    @Test
    void shouldGiveTheNextLabelInPairs() {
        DataSet data = data();
        LabelNoise noise = new LabelNoise(LabelNoise.Kind.PAIR, 0.3, 1);
        DataSet noisy = noise.applyTo(data);
        BitSet wrong = noise.wrong(EXAMPLES);
        for (int id = 0; id < EXAMPLES; id++) {
            int expected = wrong.get(id) ? (data.train().label(id) + 1) % CLASSES : data.train().label(id);
            assertEquals(expected, noisy.train().label(id));
        }
    }

    private static double[] normalised(DataSet data, ImageSet images) {
        double[] values = new double[Math.toIntExact(images.pixels().byteSize())];
        Arrays.setAll(values, i -> Byte.toUnsignedInt(images.pixels().get(ValueLayout.JAVA_BYTE, i))
                * data.normalization().scale(i % 2) + data.normalization().shift(i % 2));
        return values;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2, 10})
    void shouldAddNoiseOfThatDeviationToTrainingImagesAlone(double deviation) {
        DataSet clean = data();
        DataSet noisy = new PixelNoise(deviation, 5).applyTo(clean);
        double[] before = normalised(clean, clean.train());
        double[] after = normalised(noisy, noisy.train());
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < before.length; i++) {
            double added = after[i] - before[i];
            sum += added;
            squares += added * added;
        }
        assertEquals(0, sum / before.length, 4 * deviation / Math.sqrt(before.length));
        assertEquals(deviation, Math.sqrt(squares / before.length), 0.02 * deviation);
        double[] tested = normalised(noisy, noisy.test());
        double step = (2.6 + 8 * deviation + 2) / 255; // of the widest range, and some
        for (int i = 0; i < before.length; i++) {
            assertEquals(before[i], tested[i], step);
        }
        assertArrayEquals(after, normalised(noisy, new PixelNoise(deviation, 5).applyTo(clean).train()));
        assertTrue(noisy.train().label(17) == clean.train().label(17));
    }

    @Test
    void shouldRefuseWhatIsNoNoise() {
        for (double share : new double[]{0, 1, -0.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class,
                    () -> new LabelNoise(LabelNoise.Kind.SYMMETRIC, share, 0));
        }
        for (double deviation : new double[]{0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new PixelNoise(deviation, 0));
        }
        DataSet data = data();
        assertThrows(DataSetException.class, () -> data.withTrainExamples(new int[0]));
        assertThrows(DataSetException.class, () -> data.withTrainExamples(new int[]{EXAMPLES}));
    }
}
