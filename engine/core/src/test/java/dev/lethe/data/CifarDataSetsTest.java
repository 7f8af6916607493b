package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarDataSetsTest {
    private static final int PLANE = 32 * 32;
    private static final Consumer<String> NOTHING = notice -> fail("unexpected notice: " + notice);

    @TempDir
    private Path folder;

    /** Makes records whose pixels encode their place: channel * 50 + index of the image + row. */
    private static byte[] records(int labelBytes, int... labels) {
        int size = labelBytes + 3 * PLANE;
        byte[] bytes = new byte[labels.length * size];
        for (int n = 0; n < labels.length; n++) {
            bytes[n * size] = 77; // the coarse label, where there are two
            bytes[n * size + labelBytes - 1] = (byte) labels[n];
            for (int i = 0; i < 3 * PLANE; i++) {
                bytes[n * size + labelBytes + i] = (byte) (i / PLANE * 50 + n + i % PLANE / 32);
            }
        }
        return bytes;
    }

    private void writeCifar10() throws IOException {
        for (int batch = 1; batch <= 5; batch++) {
            Files.write(folder.resolve("data_batch_" + batch + ".bin"), records(1, batch, 9 - batch));
        }
        Files.write(folder.resolve("test_batch.bin"), records(1, 0, 9, 3));
    }

    private String refusal() {
        return assertThrows(DataSetException.class, () -> DataSets.load(folder.toString())).getMessage();
    }

    @Test
    void shouldReadCifar10() throws IOException {
        writeCifar10();
        Files.write(folder.resolve("batches.meta.txt"),
                List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck", ""));
        DataSet data = DataSets.load(folder.toString());
        assertEquals(10, data.train().examples());
        assertEquals(3, data.test().examples());
        assertEquals("cat", data.classNames().get(3));
        assertArrayEquals(new int[]{1, 8, 2, 7, 3, 6, 4, 5, 5, 4},
                IntStream.range(0, 10).map(data.train()::label).toArray());
        byte[] image = data.train().image(1); // (H, W, C), the second record of the first file
        for (int row = 0; row < 32; row++) {
            for (int channel = 0; channel < 3; channel++) {
                assertEquals(channel * 50 + 1 + row, image[(row * 32 + 5) * 3 + channel] & 0xFF);
            }
        }
        assertEquals((15.5 + 0.5) / 255, data.normalization().mean().get(0), 1e-6);
        assertEquals((50 + 15.5 + 0.5) / 255, data.normalization().mean().get(1), 1e-6);
    }

    @Test
    void shouldReadTheFineLabelsOfCifar100() throws IOException {
        Files.write(folder.resolve("train.bin"), records(2, 99, 0, 42));
        Files.write(folder.resolve("test.bin"), records(2, 5));
        DataSet data = DataSets.load(folder.toString());
        assertEquals(100, data.classes());
        assertEquals(42, data.train().label(2));
        assertEquals(5, data.test().label(0));
    }

    @Test
    void shouldFindNamedDataSetsInTheCacheFolder() throws IOException {
        Path cache = folder;
        folder = Files.createDirectory(cache.resolve("cifar-10-batches-bin"));
        writeCifar10();
        DataSet data = DataSets.load("cifar10", ImageOptions.NONE, cache, NOTHING);
        assertEquals("cifar10", data.name());
        assertEquals(123.0f / 255, data.normalization().mean().get(1));
        String message = assertThrows(DataSetException.class,
                () -> DataSets.load("cifar100", ImageOptions.NONE, cache, NOTHING)).getMessage();
        assertEquals("data set cifar100 is not in " + cache.resolve("cifar-100-binary")
                + ": run ./lethe data fetch cifar100, put CIFAR-100's binary version (train.bin, test.bin) there, or "
                + "set LETHE_CACHE to the folder that holds cifar-100-binary",
                message);
    }

    @Test
    void shouldNameWhatIsMissingTruncatedOrForeign() throws IOException {
        writeCifar10();
        Path third = folder.resolve("data_batch_3.bin");
        byte[] whole = Files.readAllBytes(third);
        Files.write(third, Arrays.copyOf(whole, whole.length - 1));
        assertTrue(refusal().startsWith(third + " has bytes=6145, which are not whole records of 3073 bytes: it is "
                + "truncated or not the binary version of CIFAR-10, which ./lethe data fetch cifar10 downloads"),
                refusal());
        whole[3073] = 10;
        Files.write(third, whole);
        assertTrue(refusal().startsWith(third + " has label=10 at example 1: labels of CIFAR-10 lie between 0 and 9"),
                refusal());
        Files.delete(third);
        assertTrue(refusal().startsWith("folder " + folder + " has no file data_batch_3.bin: the binary version of "
                + "CIFAR-10 has data_batch_1.bin"), refusal());
    }

    @Test
    void shouldPassOverAByteOrderMarkBeforeClassNames() throws IOException {
        writeCifar10();
        Files.writeString(folder.resolve("batches.meta.txt"),
                "\uFEFF\r\na\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj\r\n");
        assertEquals("abcdefghij", String.join("", DataSets.load(folder.toString()).classNames()));
        Files.writeString(folder.resolve("batches.meta.txt"), "\uFEFFa\nb\nc\nd\ne\nf\ng\nh\ni\nj");
        assertEquals("a", DataSets.load(folder.toString()).classNames().getFirst());
    }

    @Test
    void shouldRefuseClassNamesThatDoNotFit() throws IOException {
        writeCifar10();
        Path names = folder.resolve("batches.meta.txt");
        Files.write(names, List.of("one", "two"));
        assertEquals(names + " has names=2 for classes=10: write one class name a line, or delete it", refusal());
        Files.write(names, List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "a"));
        assertEquals(names + " names class 'a' twice: give each its own name", refusal());
    }

    @Test
    void shouldSayWhichLayoutsThereAre() throws IOException {
        assertTrue(refusal().startsWith("folder " + folder + " holds no data set, which would be IDX files"),
                refusal());
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.write(inner.resolve("train.bin"), records(2, 1));
        assertTrue(refusal().endsWith("; did you mean " + inner + "?"), refusal());
        Files.write(inner.resolve("test_batch.bin"), records(1, 1));
        folder = inner;
        assertTrue(refusal().contains("holds files of several data sets"), refusal());
    }

    @Test
    void shouldTrainWithOtherLabels() throws IOException {
        writeCifar10();
        DataSet data = DataSets.load(folder.toString());
        int[] labels = new int[10];
        DataSet other = data.withTrainLabels(labels);
        assertEquals(0, other.train().label(1));
        assertEquals(8, data.train().label(1));
        assertFalse(data.fingerprintHex().equals(other.fingerprintHex()));
        assertEquals("got labels=9 for the 10 training examples of data set " + data.name() + ": give one for each",
                assertThrows(DataSetException.class, () -> data.withTrainLabels(new int[9])).getMessage());
        labels[3] = 10;
        assertTrue(assertThrows(DataSetException.class, () -> data.withTrainLabels(labels)).getMessage()
                .contains("has label=10 at example 3"));
    }
}
