package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Normalization;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDataSetsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeASoundDataSet() throws IOException {
        write("train-images-idx3-ubyte", images(4, 3, 2, 24));
        write("train-labels-idx1-ubyte", labels(0, 1, 2, 1));
        write("t10k-images-idx3-ubyte", images(2, 3, 2, 12));
        write("t10k-labels-idx1-ubyte", labels(2, 0));
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    private static byte[] images(int examples, int height, int width, int bytes) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(content);
        out.writeInt(0x803);
        out.writeInt(examples);
        out.writeInt(height);
        out.writeInt(width);
        for (int i = 0; i < bytes; i++) {
            out.write(i * 7);
        }
        return content.toByteArray();
    }

    private static byte[] labels(int... labels) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(content);
        out.writeInt(0x801);
        out.writeInt(labels.length);
        for (int label : labels) {
            out.write(label);
        }
        return content.toByteArray();
    }

    private static byte[] gzipped(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    /** Packs without MNIST read it from a folder; their runs must be the same as those of the embedded files. */
    @Test
    void shouldReadMnistFromAFolderAsItReadsTheEmbedded() {
        DataSet embedded = IdxDataSets.mnist();
        DataSet read = IdxDataSets.mnist(folder);
        assertEquals(4, read.train().examples());
        assertEquals(embedded.name(), read.name());
        assertEquals(embedded.normalization(), read.normalization());
        assertEquals(embedded.classNames(), read.classNames());
    }

    @Test
    void shouldReadPlainAndGzippedFilesAlike() throws IOException {
        DataSet plain = DataSets.load(folder.toString());
        assertEquals(4, plain.train().examples());
        assertEquals(3, plain.train().height());
        assertEquals(2, plain.train().width());
        assertEquals(3, plain.classes());
        assertArrayEquals(new byte[]{42, 49, 56, 63, 70, 77}, plain.train().image(1));
        for (String name : new String[]{"train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
            Files.write(folder.resolve(name + ".gz"), gzipped(Files.readAllBytes(folder.resolve(name))));
            Files.delete(folder.resolve(name));
        }
        assertArrayEquals(plain.fingerprint(), DataSets.load(folder.toString()).fingerprint());
    }

    @Test
    void shouldHoldMnistAsItWasPublished() throws Exception {
        DataSet mnist = DataSets.load("mnist");
        assertEquals(60_000, mnist.train().examples());
        assertEquals(10_000, mnist.test().examples());
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        md5.update(HexFormat.of().parseHex("00000803" + "0000ea60" + "0000001c" + "0000001c"));
        md5.update(mnist.train().pixels().asByteBuffer());
        assertEquals("6bbc9ace898e44ae57da46a324031adb", HexFormat.of().formatHex(md5.digest()));
    }

    @Test
    void shouldPermuteAllImagesAlikeAndKeepTheirLabels() {
        DataSet mnist = DataSets.load("mnist");
        DataSet permuted = DataSets.load("permuted-mnist");
        byte[] before = mnist.train().image(17);
        byte[] after = permuted.train().image(17);
        assertTrue(!Arrays.equals(before, after), "the pixels must move");
        Arrays.sort(before);
        Arrays.sort(after);
        assertArrayEquals(before, after);
        assertEquals(mnist.train().label(17), permuted.train().label(17));
        assertArrayEquals(permuted.fingerprint(), DataSets.load("permuted-mnist").fingerprint());
    }

    private void assertRefused(String... parts) {
        String message = assertThrows(DataSetException.class, () -> DataSets.load(folder.toString())).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message + " should contain " + part);
        }
    }

    @Test
    void shouldNameAMissingFile() throws IOException {
        Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
        assertRefused("t10k-labels-idx1-ubyte", "no file");
    }

    @Test
    void shouldNameATruncatedFile() throws IOException {
        write("train-images-idx3-ubyte", images(4, 3, 2, 23));
        assertRefused("train-images-idx3-ubyte", "truncated");
        write("train-images-idx3-ubyte", new byte[]{0, 0, 8});
        assertRefused("train-images-idx3-ubyte", "truncated");
        write("train-images-idx3-ubyte", new byte[0]);
        assertRefused("train-images-idx3-ubyte", "truncated");
        byte[] gzip = gzipped(images(4, 3, 2, 24));
        write("train-images-idx3-ubyte", Arrays.copyOf(gzip, gzip.length / 2));
        assertRefused("train-images-idx3-ubyte", "truncated");
    }

    @Test
    void shouldNameAFileThatIsTooLong() throws IOException {
        write("train-images-idx3-ubyte", images(4, 3, 2, 25));
        assertRefused("train-images-idx3-ubyte", "continues after");
    }

    @Test
    void shouldNoticeSwappedFiles() throws IOException {
        write("train-images-idx3-ubyte", labels(0, 1, 2, 1));
        assertRefused("train-images-idx3-ubyte", "swapped");
    }

    @Test
    void shouldRefuseWhatIsNoIdxFile() throws IOException {
        write("train-labels-idx1-ubyte", "hello, world".getBytes(StandardCharsets.US_ASCII));
        assertRefused("train-labels-idx1-ubyte", "not an IDX file", "0x68656c6c");
    }

    @Test
    void shouldRefuseALabelCountThatDiffersFromTheImageCount() throws IOException {
        write("train-labels-idx1-ubyte", labels(0, 1, 2));
        assertRefused("3 labels", "4");
    }

    @Test
    void shouldRefuseZeroExamples() throws IOException {
        write("train-images-idx3-ubyte", images(0, 3, 2, 0));
        assertRefused("no examples");
    }

    @Test
    void shouldMakeClassesOfTheLabelsThatOccur() throws IOException {
        write("train-labels-idx1-ubyte", labels(1, 7, 200, 7));
        write("t10k-labels-idx1-ubyte", labels(200, 7));
        List<String> notices = new ArrayList<>();
        DataSet data = DataSets.load(folder.toString(), DataOptions.NONE, notices::add);
        assertEquals(List.of("1", "7", "200"), data.classNames());
        assertEquals(2, data.train().label(2));
        assertEquals(1, data.test().label(1));
        assertEquals(List.of("labels of " + folder.resolve("train-labels-idx1-ubyte")
                + " lie between 1 and 200 with gaps: classes are the 3 that occur, 1, 7, 200",
                "without test images: 1 of 3 classes, 1"), notices);
    }

    @Test
    void shouldRefuseATestLabelThatNoTrainingExampleHas() throws IOException {
        write("t10k-labels-idx1-ubyte", labels(2, 3));
        assertRefused("t10k-labels-idx1-ubyte has label=3 at example 1, which no image of ",
                "train-labels-idx1-ubyte has: add some, or leave the image out");
    }

    @Test
    void shouldRefuseLabelsOutsideTheClasses() {
        ImageSet images = ImageSet.of(new byte[12], new int[]{0, 5}, 3, 2, 1);
        String message = assertThrows(DataSetException.class, () -> new DataSet("mine", images, images,
                List.of("a", "b"), Normalization.gray(0, 1))).getMessage();
        assertTrue(message.contains("label=5") && message.contains("example 1"), message);
    }

    @Test
    void shouldNameTheChoicesForAnUnknownDataSet() {
        String message = assertThrows(DataSets.UnknownDataSetException.class, () -> DataSets.load("emnist"))
                .getMessage();
        assertTrue(message.contains("emnist") && message.contains("permuted-mnist"), message);
    }
}
