package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.picture.Picture;
import dev.lethe.data.picture.UndecodableException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDataSetsTest {
    private static final FileTime THEN = FileTime.fromMillis(1_600_000_000_000L);

    @TempDir
    private Path temporary;
    private Path folder;
    private Path cache;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void writeASoundDataSet() throws IOException {
        folder = temporary.resolve("pets");
        cache = temporary.resolve("cache");
        write("train/dog/b.png", gray(3, 2, 40));
        write("train/dog/a.PNG", gray(3, 2, 30));
        write("train/cat/10.png", gray(3, 2, 20));
        write("train/cat/9.png", gray(3, 2, 10));
        write("test/cat/1.png", gray(3, 2, 50));
        write("test/dog/1.png", gray(3, 2, 60));
    }

    private Path write(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, name.toLowerCase(Locale.ROOT).endsWith("png") ? "png" : "jpg", file.toFile());
        return Files.setLastModifiedTime(file, THEN);
    }

    /** Draws pixels that begin with a shade and continue in steps of one. */
    private static BufferedImage gray(int width, int height, int shade) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < width * height; p++) {
            image.getRaster().setSample(p % width, p / width, 0, shade + p);
        }
        return image;
    }

    private static BufferedImage plain(int type, int width, int height, int argb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int p = 0; p < width * height; p++) {
            image.setRGB(p % width, p / width, argb);
        }
        return image;
    }

    private DataSet load(ImageOptions options) {
        return DataSets.load(folder.toString(), options, cache, notices::add);
    }

    private DataSet load() {
        return load(ImageOptions.NONE);
    }

    private String refusal(ImageOptions options) throws IOException {
        String message = assertThrows(DataSetException.class, () -> load(options)).getMessage();
        assertEquals(List.of(), cached(), "nothing is written");
        return message;
    }

    private String refusal() throws IOException {
        return refusal(ImageOptions.NONE);
    }

    private List<Path> cached() throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static int[] firstBytes(ImageSet images) {
        return IntStream.range(0, images.examples()).map(i -> Byte.toUnsignedInt(images.image(i)[0])).toArray();
    }

    private static int[] labels(ImageSet images) {
        return IntStream.range(0, images.examples()).map(images::label).toArray();
    }

    @Test
    void shouldOrderClassesAndImagesByName() throws IOException {
        Files.writeString(folder.resolve("train/cat/notes.txt"), "not an image");
        Files.writeString(folder.resolve("train/cat/._9.png"), "what some systems leave behind");
        Files.createDirectories(folder.resolve("train/.thumbnails"));
        Files.createDirectories(folder.resolve("train/cat/deeper.png"));
        write("train/dog/a\nb.png", gray(3, 2, 35));
        DataSet data = load();
        assertEquals("pets", data.name());
        assertEquals(List.of("cat", "dog"), data.classNames());
        assertArrayEquals(new int[]{20, 10, 35, 30, 40}, firstBytes(data.train()));
        assertArrayEquals(new int[]{0, 0, 1, 1, 1}, labels(data.train()));
        assertArrayEquals(new int[]{50, 60}, firstBytes(data.test()));
        assertArrayEquals(new int[]{0, 1}, labels(data.test()));
        assertEquals(2, data.train().height());
        assertEquals(3, data.train().width());
        assertArrayEquals(new byte[]{20, 21, 22, 23, 24, 25}, data.train().image(0));
        assertEquals((27 + 2.5) / 255, data.normalization().mean().getFirst(), 1e-6);
    }

    @Test
    void shouldMakeAllImagesColourfulWhereOneIs() throws IOException {
        write("train/dog/c.png", plain(BufferedImage.TYPE_INT_RGB, 3, 2, 0x102030));
        DataSet data = load();
        assertEquals(3, data.train().channels());
        assertArrayEquals(new byte[]{20, 20, 20, 21, 21, 21}, Arrays.copyOf(data.train().image(0), 6));
        assertArrayEquals(new byte[]{0x10, 0x20, 0x30, 0x10, 0x20, 0x30}, Arrays.copyOf(data.train().image(4), 6));
    }

    private static Picture decode(Path file) throws IOException, UndecodableException {
        return Picture.decode(Files.readAllBytes(file), ImageOptions.NONE.picture());
    }

    @Test
    void shouldReadEveryKindOfPixel() throws IOException, UndecodableException {
        BufferedImage palette = plain(BufferedImage.TYPE_BYTE_INDEXED, 3, 2, 0xFFFF0000);
        BufferedImage deep = new BufferedImage(3, 2, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(0, 0, 0, 0x4567);
        deep.getRaster().setSample(1, 0, 0, 0x8000);
        write("train/cat/a.png", plain(BufferedImage.TYPE_INT_ARGB, 3, 2, 0x80102030));
        write("train/cat/b.png", palette);
        write("train/cat/c.png", deep);
        write("train/cat/d.png", plain(BufferedImage.TYPE_BYTE_BINARY, 3, 2, 0xFFFFFFFF));
        Path jpeg = write("train/cat/e.jpeg", plain(BufferedImage.TYPE_INT_RGB, 3, 2, 0x404040));
        assertEquals(1, decode(folder.resolve("train/cat/c.png")).channels());
        assertEquals(1, decode(folder.resolve("train/cat/d.png")).channels());
        assertEquals(3, decode(jpeg).channels());
        ImageSet train = load().train();
        int[][] expected = {{20, 20, 20}, {10, 10, 10}, {0x87, 0x8F, 0x97}, {255, 0, 0}, {0x45, 0x45, 0x45},
                {255, 255, 255}, {0x40, 0x40, 0x40}};
        for (int i = 0; i < expected.length; i++) {
            byte[] image = train.image(i);
            assertArrayEquals(expected[i], IntStream.range(0, 3).map(c -> image[c] & 0xFF).toArray(), "image " + i);
        }
    }

    @Test
    void shouldNameTwoImagesOfDifferentSize() throws IOException {
        Path other = write("train/dog/b.png", gray(2, 4, 0));
        write("train/dog/c.png", gray(5, 5, 0));
        assertEquals("images differ in size, " + folder.resolve("train/cat/10.png") + " is 3 x 2 and " + other
                + " is 2 x 4 (width x height): give one size to resize all to", refusal());
    }

    @Test
    void shouldResize() throws IOException {
        write("train/dog/b.png", gray(7, 5, 0));
        DataSet data = load(ImageOptions.NONE.withSize(ImageSize.parse("4x2")));
        assertEquals(2, data.train().height());
        assertEquals(4, data.train().width());
        assertEquals(4, data.train().examples());
        assertEquals(16, load(ImageOptions.NONE.withSize(ImageSize.parse("16"))).train().height());
        assertEquals(2, cached().size());
    }

    @Test
    void shouldNameAnImageThatCannotBeDecoded() throws IOException {
        String remedy = ": replace or delete it, or skip bad images";
        Path bad = folder.resolve("train/dog/a.PNG");
        byte[] png = Files.readAllBytes(bad);
        Files.writeString(bad, "<html>404</html>");
        assertEquals("image " + bad + " cannot be decoded, it is not an image of a format that is read here" + remedy,
                refusal());
        Files.write(bad, new byte[0]);
        assertEquals("image " + bad + " cannot be decoded, it is empty" + remedy, refusal());
        for (int bytes : new int[]{20, 40, 50}) {
            Files.write(bad, Arrays.copyOf(png, bytes));
            String message = refusal();
            assertTrue(message.startsWith("image " + bad + " cannot be decoded, ") && message.endsWith(remedy),
                    message);
        }
        Path jpeg = write("train/dog/aa.jpg", gray(64, 64, 0));
        Files.delete(bad);
        byte[] whole = Files.readAllBytes(jpeg);
        Files.write(jpeg, Arrays.copyOf(whole, whole.length / 2));
        assertEquals("image " + jpeg + " cannot be decoded, it is truncated" + remedy,
                refusal(ImageOptions.NONE.withSize(new ImageSize(3, 2))));
    }

    @Test
    void shouldRefuseAnImageThatDeclaresMoreThanFitsInMemory() throws IOException {
        Path bad = folder.resolve("train/cat/9.png");
        byte[] png = Files.readAllBytes(bad);
        png[16] = 0x7F; // the width
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
        Files.write(bad, png);
        assertTrue(refusal().contains(bad + " cannot be decoded, it declares 2130706435 x 2 pixels"), refusal());
    }

    @Test
    void shouldSkipAndListBadImagesWhenAsked() throws IOException {
        Files.writeString(folder.resolve("train/cat/10.png"), "bad");
        Files.writeString(folder.resolve("train/dog/b.png"), "");
        ImageOptions options = ImageOptions.NONE.withSkipBad();
        for (int time = 0; time < 2; time++) { // the second time from the cache
            notices.clear();
            DataSet data = load(options);
            assertArrayEquals(new int[]{10, 30}, firstBytes(data.train()));
            assertArrayEquals(new int[]{0, 1}, labels(data.train()));
            assertArrayEquals(new int[]{50, 60}, firstBytes(data.test()));
            assertEquals(time == 0, notices.removeIf(notice -> notice.startsWith("decoding 6 images, to be kept in ")));
            assertEquals(List.of("skipped 2 of 6 images, which cannot be decoded:",
                    "  " + folder.resolve("train/cat/10.png") + ": it is not an image of a format that is read here",
                    "  " + folder.resolve("train/dog/b.png") + ": it is empty"), notices);
        }
        assertEquals(
                "image " + folder.resolve("train/cat/10.png") + " cannot be decoded, it is not an image of a format "
                        + "that is read here: replace or delete it, or skip bad images",
                assertThrows(DataSetException.class, this::load).getMessage(), "nor from the cache");
        assertEquals(1, cached().size());
        Files.writeString(folder.resolve("test/dog/1.png"), "bad");
        notices.clear();
        assertEquals(1, load(options).test().examples());
        assertEquals("without test images: 1 of 2 classes, dog", notices.getLast());
        Files.writeString(folder.resolve("test/cat/1.png"), "bad");
        assertEquals("folder " + folder.resolve("test")
                + " holds no image that can be decoded: replace its images, or move the folder away",
                assertThrows(DataSetException.class, () -> load(options)).getMessage());
        Files.writeString(folder.resolve("train/dog/a.PNG"), "bad");
        assertEquals("folder " + folder.resolve("train/dog")
                + " holds no image that can be decoded: replace its images, or delete the folder",
                assertThrows(DataSetException.class, () -> load(options)).getMessage());
    }

    @Test
    void shouldNotSkipWhatItCannotRead() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("train/cat/99.png"), Path.of("nothing"));
        String message = "image " + link + " cannot be read: it does not exist, or is a link to nothing";
        assertEquals(message, refusal(ImageOptions.NONE.withSkipBad()));
        List<ImageFolder.ImageFile> files = Stream.of("train/cat/9.png", "train/cat/99.png", "train/cat/gone.png")
                .map(name -> new ImageFolder.ImageFile(folder.resolve(name), 0, 1, 1)).toList();
        assertEquals(message, assertThrows(DataSetException.class,
                () -> DecodedImages.decode(files, 3, ImageOptions.NONE.withSkipBad())).getMessage());
    }

    @Test
    void shouldTakeAFileThatIsTooLargeForABadImage() throws IOException {
        Path bad = folder.resolve("train/cat/large.png");
        try (RandomAccessFile file = new RandomAccessFile(bad.toFile(), "rw")) {
            file.setLength(3L << 30); // without content, so it takes no room
        }
        assertTrue(refusal().contains(bad + " cannot be decoded, it has bytes=3221225472, more than 1073741824"),
                refusal());
    }

    @Test
    void shouldDeleteWhatKilledProgramsLeft() throws IOException {
        load();
        Path kept = cached().getFirst();
        Path old = Files.writeString(kept.resolveSibling("another.u8.1.partial"), "old");
        Files.setLastModifiedTime(old, THEN);
        Path young = Files.writeString(kept.resolveSibling(kept.getFileName() + ".2.partial"), "young");
        Files.delete(kept);
        load();
        assertEquals(List.of(kept, young), cached().stream().sorted().toList());
    }

    @Test
    void shouldSayWhenNoImageCanBeDecoded() throws IOException {
        for (String name : List.of("train/dog/b.png", "train/dog/a.PNG", "train/cat/10.png", "train/cat/9.png",
                "test/cat/1.png", "test/dog/1.png")) {
            Files.writeString(folder.resolve(name), "bad");
        }
        assertEquals("none of the 6 images can be decoded, the first is " + folder.resolve("train/cat/10.png")
                + ": give PNG, JPEG, GIF, BMP, TIFF or WebP files", refusal(ImageOptions.NONE.withSkipBad()));
    }

    @Test
    void shouldRefuseAClassThatIsOnlyTested() throws IOException {
        write("test/owl/1.png", gray(3, 2, 0));
        assertEquals("folder " + folder + " has class 'owl' in test but no training images of it: add some, or delete "
                + folder.resolve("test/owl"), refusal());
    }

    @Test
    void shouldSayWhichClassesAreNotTested() throws IOException {
        write("train/owl/1.png", gray(3, 2, 0));
        write("train/ant/1.png", gray(3, 2, 0));
        Files.createDirectories(folder.resolve("test/ant"));
        DataSet data = load();
        assertEquals(List.of("ant", "cat", "dog", "owl"), data.classNames());
        assertArrayEquals(new int[]{1, 2}, labels(data.test()));
        assertTrue(notices.contains("without test images: 2 of 4 classes, ant, owl"), notices.toString());
    }

    @Test
    void shouldRefuseAnEmptyClassAndNoClasses() throws IOException {
        Files.delete(folder.resolve("train/cat/9.png"));
        Files.delete(folder.resolve("train/cat/10.png"));
        assertEquals("folder " + folder.resolve("train/cat")
                + " holds no PNG, JPEG, GIF, BMP, TIFF or WebP image: add some, or delete the folder", refusal());
        folder = temporary.resolve("flat");
        write("train/1.png", gray(3, 2, 0));
        assertEquals("folder " + folder.resolve("train") + " has no folder of images for each class: lay images out as "
                + folder.resolve("train/CLASS/NAME.png"), refusal());
        folder = temporary.resolve("one");
        write("train/cat/1.png", gray(3, 2, 0));
        write("test/cat/1.png", gray(3, 2, 0));
        assertEquals("data set one has classes=1: at least 2 are needed",
                assertThrows(DataSetException.class, this::load).getMessage());
    }

    @Test
    void shouldKeepTheSameShareOfEachClassForTesting() throws IOException {
        assertEquals(
                "folder " + folder
                        + " has test images, and test share=0.25 asks for others: leave it out, or move "
                        + folder.resolve("test") + " away",
                refusal(ImageOptions.NONE.withTestShare(0.25, 1)));
        folder = temporary.resolve("many");
        for (int i = 0; i < 8; i++) {
            write("train/cat/" + i + ".png", gray(3, 2, i));
            write("train/dog/" + i + ".png", gray(3, 2, 100 + i));
        }
        DataSet data = load(ImageOptions.NONE.withTestShare(0.25, 1));
        assertArrayEquals(new int[]{0, 0, 1, 1}, labels(data.test()));
        assertEquals(12, data.train().examples());
        int[] kept = firstBytes(data.test());
        assertArrayEquals(kept, firstBytes(load(ImageOptions.NONE.withTestShare(0.25, 1)).test()));
        assertNotEquals(Arrays.toString(kept),
                Arrays.toString(firstBytes(load(ImageOptions.NONE.withTestShare(0.25, 2)).test())));
        int[] all = IntStream.concat(Arrays.stream(kept), Arrays.stream(firstBytes(data.train()))).sorted().toArray();
        assertArrayEquals(IntStream.concat(IntStream.range(0, 8), IntStream.range(100, 108)).toArray(), all);
        assertArrayEquals(firstBytes(data.train()), Arrays.stream(firstBytes(data.train())).sorted().toArray());
        assertEquals(1, cached().size(), "the split is no reason to decode again");
        assertEquals(2, load(ImageOptions.NONE.withTestShare(0.01, 1)).test().examples());
        assertEquals(2, load(ImageOptions.NONE.withTestShare(0.99, 1)).train().examples());
    }

    @Test
    void shouldKeepAFifthForTestingUnlessAskedOtherwise() throws IOException {
        folder = temporary.resolve("many");
        for (int i = 0; i < 10; i++) {
            write("train/cat/" + i + ".png", gray(3, 2, i));
            write("train/dog/" + i + ".png", gray(3, 2, 100 + i));
        }
        DataSet data = load();
        assertArrayEquals(new int[]{0, 0, 1, 1}, labels(data.test()));
        assertTrue(notices.contains("no folder of test images: 4 of 20 images are kept for testing, test share=0.2 of "
                + "each class by seed=0"), notices.toString());
        assertEquals(data.fingerprintHex(), load(ImageOptions.NONE.withTestShare(0.2, 0)).fingerprintHex());
    }

    @Test
    void shouldTrainOnTheOnlyImageOfAClass() throws IOException {
        folder = temporary.resolve("few");
        write("train/cat/1.png", gray(3, 2, 0));
        write("train/cat/2.png", gray(3, 2, 10));
        write("train/dog/1.png", gray(3, 2, 20));
        DataSet data = load(ImageOptions.NONE.withTestShare(0.5, 1));
        assertArrayEquals(new int[]{0, 1}, labels(data.train()));
        assertArrayEquals(new int[]{0}, labels(data.test()));
        assertEquals("without test images: 1 of 2 classes, whose only image is for training, dog", notices.getLast());
        Files.delete(folder.resolve("train/cat/2.png"));
        assertEquals("folder " + folder + " has no test images, and one image of each class: at least one class needs "
                + "2, of which one is kept for testing",
                assertThrows(DataSetException.class, this::load).getMessage());
        assertEquals("testShare=1.0: it lies between 0 and 1",
                assertThrows(IllegalArgumentException.class, () -> ImageOptions.NONE.withTestShare(1, 1)).getMessage());
    }

    @Test
    void shouldDecodeOnceUntilAnImageChanges() throws IOException {
        String before = load().fingerprintHex();
        Path image = folder.resolve("train/cat/9.png");
        byte[] png = Files.readAllBytes(image);
        byte[] garbage = png.clone();
        Arrays.fill(garbage, (byte) 0);
        Files.write(image, garbage);
        Files.setLastModifiedTime(image, THEN);
        assertEquals(before, load().fingerprintHex(), "from the cache, where only the content of a file changed");
        Files.setLastModifiedTime(image, FileTime.fromMillis(THEN.toMillis() + 1));
        assertTrue(
                assertThrows(DataSetException.class, this::load).getMessage().contains(image + " cannot be decoded"));
        Files.setLastModifiedTime(write("train/cat/9.png", gray(3, 2, 90)), FileTime.fromMillis(THEN.toMillis() + 1));
        assertArrayEquals(new int[]{20, 90, 30, 40}, firstBytes(load().train()));
        assertEquals(1, cached().size(), "what is stale is replaced");
        assertTrue(notices.stream().allMatch(notice -> notice.startsWith("decoding 6 images")), notices.toString());
    }

    @Test
    void shouldDecodeAgainWhatIsDamaged() throws IOException {
        String sound = load().fingerprintHex();
        Path file = cached().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            Files.write(file, damaged);
            assertEquals(sound, load().fingerprintHex(), "byte " + at);
            assertArrayEquals(whole, Files.readAllBytes(file), "byte " + at);
        }
        for (int length : new int[]{0, 10, 63, 64, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertEquals(sound, load().fingerprintHex());
            assertArrayEquals(whole, Files.readAllBytes(file));
        }
        assertEquals(List.of(file), cached());
    }

    @Test
    void shouldReadImagesThatItCannotKeep() throws IOException {
        Files.writeString(cache, "a file");
        assertEquals(4, load().train().examples());
        assertEquals(2, notices.size());
        assertTrue(notices.getLast().startsWith("decoded images cannot be kept in " + cache), notices.getLast());
    }

    @Test
    void shouldRefuseOptionsForDataSetsThatAreNotImages() {
        assertEquals(
                "data set mnist is not a folder of images: leave out resize, orientation, background, levels, test "
                        + "share and skip bad, which are for such folders",
                assertThrows(DataSetException.class,
                        () -> DataSets.load("mnist", ImageOptions.NONE.withSkipBad(), cache, notices::add))
                        .getMessage());
    }
}
