package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NpzWriter;
import dev.lethe.tracker.interchange.NumpyArray;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged arrays, archives and pickles of data sets: each is read, or refused by a sentence, in bounded memory. */
@Timeout(120)
class DamagedArraysTest {
    private static final int CASES = 160;
    private static final long MOST_HEAP = 8 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    private interface Reading {
        void read();
    }

    private void loadFiles() {
        NumpyDataSets.folder(folder, ImageOptions.NONE, _ -> {});
    }

    /** Damages a file that is sound, and reads. */
    private static void damage(Path file, Reading reading) throws IOException {
        byte[] sound = Files.readAllBytes(file);
        reading.read();
        Random random = new Random(sound.length);
        int refused = 0;
        for (int damage = 0; damage < CASES; damage++) {
            byte[] bytes = damage % 4 == 0
                    ? Arrays.copyOf(sound, random.nextInt(sound.length))
                    : changed(sound, random, damage % 2 == 0 ? sound.length : Math.min(200, sound.length));
            Files.write(file, bytes);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                reading.read();
            } catch (DataSetException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertTrue(message.contains(file.getParent().toString()) && message.indexOf('\n') < 0
                        && message.length() < 700, message);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MOST_HEAP, "heap bytes=" + allocated);
        }
        assertTrue(refused > CASES / 4, "refused=" + refused);
    }

    private static byte[] changed(byte[] sound, Random random, int most) {
        byte[] bytes = sound.clone();
        byte[] likely = {0, 1, -1, 0x7f, (byte) 0x80, '\'', '\n', '(', '.', ',', '9', 'u', 'F', 'U'};
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            bytes[random.nextInt(most)] = random.nextBoolean()
                    ? likely[random.nextInt(likely.length)]
                    : (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static NumpyArray images(int count) {
        float[] values = new float[count * 12];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 31 % 256 / 255f;
        }
        return NumpyArray.of(values).withShape(count, 3, 2, 2);
    }

    private static NumpyArray labels(int count) {
        double[] labels = new double[count];
        Arrays.setAll(labels, i -> 1 + i % 2);
        return NumpyArray.of(labels).withShape(count, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"train_images.npy", "train_labels.npy"})
    void shouldReadOrRefuseDamagedFiles(String damaged) throws IOException {
        NpyFile.write(folder.resolve("train_images.npy"), images(9));
        NpyFile.write(folder.resolve("train_labels.npy"), labels(9));
        damage(folder.resolve(damaged), this::loadFiles);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadOrRefuseDamagedArchives(boolean deflated) throws IOException {
        Path file = folder.resolve("set.npz");
        try (NpzWriter npz = deflated ? NpzWriter.deflated(file) : NpzWriter.stored(file)) {
            npz.add("x", images(9));
            npz.add("y", labels(9));
            npz.finish();
        }
        damage(file, () -> NumpyDataSets.archive(file, ImageOptions.NONE, _ -> {}));
    }

    @Test
    void shouldReadOrRefuseDamagedPickles() throws IOException {
        for (String name : List.of("train", "test")) {
            Files.writeString(folder.resolve(name),
                    "}(Vdata\ncnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\n"
                            + "tVb\ntR(I1\n(I3\nI3072\ntcnumpy\ndtype\n(Vu1\nI0\nI1\ntR(I3\nV|\nNNNI-1\nI-1\nI0\ntb"
                            + "I00\nT\0$\0\0" + "pixels of\u00ff".repeat(922).substring(0, 9216)
                            + "tbVfine_labels\n(I7\nI8\nI9\nlu.",
                    StandardCharsets.ISO_8859_1);
        }
        damage(folder.resolve("train"), () -> CifarPythonDataSets.CIFAR100.folder(folder));
    }

    @Test
    void shouldReadOrRefuseDamagedLabels() throws IOException {
        Path file = folder.resolve("labels.npy");
        NpyFile.write(file, NumpyArray.of(new long[]{0, 1, 2, 0}));
        ImageSet images = ImageSet.of(new byte[]{1, 2, 3, 4}, new int[]{0, 1, 2, 0}, 1, 1, 1);
        DataSet data = new DataSet("animals", images, images, List.of("ant", "bee", "cat"),
                Normalization.gray(0.5f, 0.25f));
        damage(file, () -> TrainLabels.read(file, data));
    }
}
