package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of many formats and names in a folder of images: which are read, how, and what is said of them. */
class PictureFilesTest {
    private static final String DECODING = "decoding ";

    @TempDir
    private Path temporary;
    private Path folder;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void writeASoundDataSet() throws IOException {
        folder = temporary.resolve("pets");
        for (String name : List.of("train/cat/a.png", "train/dog/a.png", "test/cat/a.png", "test/dog/a.png")) {
            write(name, gray(64));
        }
    }

    private static BufferedImage plain(int type, int argb) {
        BufferedImage image = new BufferedImage(16, 16, type);
        for (int p = 0; p < 256; p++) {
            image.setRGB(p % 16, p / 16, argb);
        }
        return image;
    }

    /** Draws a shade, and one more in the last row. */
    private static BufferedImage gray(int shade) {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 256; p++) {
            image.getRaster().setSample(p % 16, p / 16, 0, p < 240 ? shade : shade + 1);
        }
        return image;
    }

    private static BufferedImage deep(int... values) {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_USHORT_GRAY);
        for (int p = 0; p < 256; p++) {
            image.getRaster().setSample(p % 16, p / 16, 0, values[p % values.length]);
        }
        return image;
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out), format);
        return out.toByteArray();
    }

    private Path write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private Path write(String name, BufferedImage image) throws IOException {
        return write(name, encoded(image, "png"));
    }

    private DataSet load(ImageOptions options) {
        notices.clear();
        return DataSets.load(folder.toString(), options, temporary.resolve("cache"), notices::add);
    }

    /** Loads twice, the second time from the cache, and asserts that the same is said and read. */
    private DataSet loadTwice(ImageOptions options) {
        DataSet first = load(options);
        List<String> said = notices.stream().filter(notice -> !notice.startsWith(DECODING)).toList();
        assertEquals(said.size() + 1, notices.size());
        assertEquals(first.fingerprintHex(), load(options).fingerprintHex());
        assertEquals(said, notices);
        return first;
    }

    private String refusal() {
        return assertThrows(DataSetException.class, () -> load(ImageOptions.NONE)).getMessage();
    }

    private static int[] firstBytes(ImageSet images) {
        return IntStream.range(0, images.examples()).map(i -> Byte.toUnsignedInt(images.image(i)[0])).toArray();
    }

    @Test
    void shouldReadFilesByTheirContentWhateverTheirNames() throws IOException {
        write("train/cat/b.bmp", encoded(plain(BufferedImage.TYPE_INT_RGB, 0xFF010101), "bmp"));
        write("train/cat/c.GIF", encoded(gray(0), "gif"));
        write("train/cat/d.tif", encoded(plain(BufferedImage.TYPE_INT_RGB, 0xFF030303), "tiff"));
        write("train/cat/e.jfif", encoded(plain(BufferedImage.TYPE_INT_RGB, 0xFF505050), "jpg"));
        write("train/cat/f.webp", encoded(plain(BufferedImage.TYPE_INT_RGB, 0xFF050505), "png"));
        write("train/cat/g.jpg", Base64.getDecoder().decode("UklGRh4AAABXRUJQVlA4TBEAAAAvD8ADAAdQgxrUoP+BiOh/AAA="));
        write("train/cat/h", plain(BufferedImage.TYPE_INT_RGB, 0xFF070707));
        write("train/cat/i.image", plain(BufferedImage.TYPE_INT_RGB, 0xFF080808));
        write("train/cat/BM.txt", "BMW is no picture, although it begins as one".getBytes(StandardCharsets.UTF_8));
        write("train/cat/short", new byte[]{'B'});
        ImageSet train = load(ImageOptions.NONE).train();
        int[] values = firstBytes(train);
        assertArrayEquals(new int[]{64, 1, 0, 3, 80, 5, 6, 7, 8, 64}, values);
        assertTrue(notices.contains("passed over 2 entries of " + folder.resolve("train")
                + ": 1 .txt, 1 without ending"), notices.toString());
    }

    @Test
    void shouldNameFormatsThatAreNotRead() throws IOException {
        byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
        write("train/cat/IMG_1.HEIC", heic);
        write("train/cat/IMG_2.avif", heic);
        load(ImageOptions.NONE);
        assertTrue(notices.contains("passed over 2 entries of " + folder.resolve("train") + ": 1 .avif, 1 .heic; "
                + "HEIC, AVIF, JPEG XL and JPEG 2000 are not read, convert such images to PNG or JPEG"),
                notices.toString());
        Files.delete(folder.resolve("train/cat/a.png"));
        assertEquals("folder " + folder.resolve("train/cat") + " holds 1 .avif, 1 .heic, which are not read, and no "
                + "PNG, JPEG, GIF, BMP, TIFF or WebP image: convert them to PNG or JPEG, or delete the folder",
                refusal());
        Path called = write("train/cat/IMG_3.jpg", heic);
        assertEquals("image " + called + " cannot be decoded, it is HEIC, which is not read here and can be converted "
                + "to PNG or JPEG: replace or delete it, or skip bad images", refusal());
    }

    @Test
    void shouldSayWhichImagesAreNotWhole() throws IOException {
        byte[] jpeg = encoded(plain(BufferedImage.TYPE_INT_RGB, 0xFF505050), "jpg");
        for (int i = 0; i < 6; i++) {
            write("train/dog/b" + i + ".jpg", Arrays.copyOf(jpeg, jpeg.length - 2));
        }
        assertEquals(8, loadTwice(ImageOptions.NONE).train().examples());
        String dog = folder.resolve("train/dog").toString();
        assertEquals(List.of("read 6 images whose end is missing: " + IntStream.range(0, 5)
                .mapToObj(i -> dog + "/b" + i + ".jpg").reduce((a, b) -> a + ", " + b).orElseThrow() + ", ..."),
                notices);
    }

    @Test
    void shouldLayTransparentImagesOverAColour() throws IOException {
        Path clear = write("train/dog/b.png", plain(BufferedImage.TYPE_INT_ARGB, 0x00FF0000));
        ImageSet white = loadTwice(ImageOptions.NONE).train();
        assertArrayEquals(new int[]{64, 64, 255}, firstBytes(white));
        assertEquals(List.of("laid 1 image with transparent pixels over background=white: " + clear), notices);
        byte[] other = load(ImageOptions.NONE.withBackground(new Colour(1, 2, 3))).train().image(2);
        assertArrayEquals(new byte[]{1, 2, 3}, Arrays.copyOf(other, 3));
    }

    @Test
    void shouldKeepTheRangeOfSixteenBits() throws IOException {
        write("train/dog/b.png", deep(100, 4100));
        write("train/dog/c.png", deep(2100));
        write("test/dog/b.png", deep(60_000));
        DataSet data = loadTwice(ImageOptions.NONE);
        assertArrayEquals(new int[]{64, 64, 0, 128}, firstBytes(data.train()));
        assertEquals(-1, data.train().image(2)[1]);
        assertArrayEquals(new int[]{64, 64, 255}, firstBytes(data.test()));
        assertEquals(List.of("made 8 bits of the 16 of 3 images, by levels=100-4100 of the gray training images: "
                + String.join(", ", List.of(folder.resolve("train/dog/b.png").toString(),
                        folder.resolve("train/dog/c.png").toString(), folder.resolve("test/dog/b.png").toString()))),
                notices);
        data = loadTwice(ImageOptions.NONE.withLevels(new SampleLevels(0, 8200)));
        assertArrayEquals(new int[]{64, 64, 3, 65}, firstBytes(data.train()));
        assertTrue(notices.getFirst().startsWith("made 8 bits of the 16 of 3 images, by levels=0-8200: "),
                notices.toString());
        write("train/dog/c.png", deep(40_000, 41_000));
        assertArrayEquals(new int[]{64, 64, 0, 40_000 >> 8}, firstBytes(load(ImageOptions.NONE).train()));
        assertTrue(notices.getLast().startsWith("made 8 bits of the 16 of 3 images, the high ones: "),
                notices.toString());
    }

    @Test
    void shouldTurnImagesAsNoted() throws IOException {
        BufferedImage image = gray(0);
        image.getRaster().setSample(0, 15, 0, 200); // the lowest on the left, which comes to the top
        byte[] png = encoded(image, "png");
        byte[] exif = {0, 0, 0, 26, 'e', 'X', 'I', 'f', 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0,
                6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        int afterHeader = 33;
        write("train/dog/b.png", ByteBuffer.allocate(png.length + exif.length).put(png, 0, afterHeader).put(exif)
                .put(png, afterHeader, png.length - afterHeader).array());
        assertArrayEquals(new int[]{64, 64, 200}, firstBytes(load(ImageOptions.NONE).train()));
        assertArrayEquals(new int[]{64, 64, 0},
                firstBytes(load(ImageOptions.NONE.withStoredOrientation()).train()));
    }

    @Test
    void shouldResizeShortSidesAndCrop() throws IOException {
        BufferedImage wide = new BufferedImage(64, 32, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 16; x < 48; x++) {
            for (int y = 0; y < 32; y++) {
                wide.getRaster().setSample(x, y, 0, 200);
            }
        }
        write("train/dog/b.png", wide);
        ImageOptions crop = ImageOptions.NONE.resized("short:8+crop:8");
        DataSet data = loadTwice(crop);
        assertEquals("8 x 8", data.train().width() + " x " + data.train().height());
        assertEquals(200, data.train().image(2)[4 * 8 + 4] & 255);
        assertEquals(crop, DataOptions.of(DataOptions.NONE.withImages(crop).asMap()).images());
        Path narrow = write("train/dog/c.png", new BufferedImage(1, 200_000, BufferedImage.TYPE_BYTE_GRAY));
        assertEquals("image " + narrow + " cannot be decoded, it is 1 x 200000, too narrow to be resized to a short "
                + "side of 256: replace or delete it, or skip bad images",
                assertThrows(DataSetException.class,
                        () -> load(ImageOptions.NONE.withCrop(new ShortSideCrop(256, 224)))).getMessage());
    }

    @Test
    void shouldNotBelieveImagesDecodedInAnotherWay() throws IOException {
        load(ImageOptions.NONE);
        for (ImageOptions other : List.of(ImageOptions.NONE.withStoredOrientation(),
                ImageOptions.NONE.withBackground(Colour.BLACK),
                ImageOptions.NONE.withLevels(new SampleLevels(0, 1)))) {
            load(other);
            assertTrue(notices.getFirst().startsWith(DECODING), notices.toString());
        }
        Path kept;
        try (var files = Files.list(temporary.resolve("cache/decoded"))) {
            kept = files.toList().getFirst();
        }
        assertEquals("LETHEIM2", Files.readString(kept, StandardCharsets.ISO_8859_1).substring(0, 8));
    }
}
