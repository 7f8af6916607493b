package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layouts in which people have folders of images. */
class ImageLayoutsTest {
    @TempDir
    private Path temporary;
    private Path folder;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("pets"));
    }

    /** Writes an image of one shade. */
    private void write(String name, int shade) throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 4; p++) {
            image.getRaster().setSample(p % 2, p / 2, 0, shade);
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private DataSet load() {
        return DataSets.load(folder.toString(), ImageOptions.NONE, temporary.resolve("cache"), notices::add);
    }

    private String refusal() {
        return assertThrows(DataSetException.class, this::load).getMessage();
    }

    private static int[] shades(ImageSet images) {
        return IntStream.range(0, images.examples()).map(i -> images.image(i)[0]).toArray();
    }

    private static int[] labels(ImageSet images) {
        return IntStream.range(0, images.examples()).map(images::label).toArray();
    }

    private List<String> noticed() {
        return notices.stream().filter(notice -> !notice.startsWith("decoding ")).toList();
    }

    @ParameterizedTest
    @CsvSource({"train, test", "train, val", "train, valid", "train, validation", "Train, Test", "TRAIN, VALID",
            "Training, Testing", "training, Validation"})
    void shouldKnowPartsByTheirUsualNames(String train, String test) throws IOException {
        write(train + "/cat/1.png", 1);
        write(train + "/dog/1.png", 2);
        write(test + "/cat/1.png", 3);
        write(test + "/dog/1.png", 4);
        DataSet data = load();
        assertArrayEquals(new int[]{1, 2}, shades(data.train()));
        assertArrayEquals(new int[]{3, 4}, shades(data.test()));
        assertEquals(List.of(), noticed());
    }

    /** Writes an image in colour whose red and green differ from pixel to pixel, and whose blue does not. */
    private void writeWithoutBlue(String name, int red) throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 1, red << 16 | 0x007FFF);
        image.setRGB(0, 0, 0x0000FF);
        image.setRGB(0, 1, 0x0000FF);
        image.setRGB(1, 0, 0x0000FF);
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    @Test
    void shouldLeaveAChannelOfOneValueAsItIs() throws IOException {
        for (String name : List.of("cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png")) {
            writeWithoutBlue(name, 10 * name.hashCode() & 255);
        }
        DataSet data = DataSets.load(folder.toString(), DataOptions.NONE, notices::add);
        assertEquals(0f, data.normalization().mean().get(2));
        assertEquals(1f, data.normalization().std().get(2));
        assertTrue(data.normalization().std().get(0) < 0.5f);
        assertTrue(notices.contains("all pixels of channels=[2] are equal: these channels are left as they are"),
                notices.toString());
    }

    @Test
    void shouldRefuseImagesWithoutAnyContent() throws IOException {
        for (String name : List.of("cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png")) {
            write(name, 40);
        }
        assertEquals("all training images have the same pixels of one value, 40.0: there is nothing to learn from them",
                refusal());
    }

    @Test
    void shouldTestOnTheTestImagesWhereThereAreValidationImagesToo() throws IOException {
        for (String part : List.of("train", "valid", "test")) {
            write(part + "/cat/1.png", part.length());
            write(part + "/dog/1.png", part.length() + 10);
        }
        assertArrayEquals(new int[]{4, 14}, shades(load().test()));
        assertEquals(List.of("not read: " + folder.resolve("valid") + ", since the test images are those of "
                + folder.resolve("test")), noticed());
    }

    @Test
    void shouldRefuseTwoPartsOfOneMeaning() throws IOException {
        write("train/cat/1.png", 1);
        write("Train/dog/1.png", 2);
        assertEquals("folder " + folder + " has Train and train, which mean the same: join them, or move one away",
                refusal());
    }

    @Test
    void shouldReadClassFoldersWithoutParts() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("cat/" + i + ".png", i);
            write("dog/" + i + ".png", 10 + i);
        }
        Files.writeString(folder.resolve("README.txt"), "text");
        DataSet data = load();
        assertEquals(List.of("cat", "dog"), data.classNames());
        assertArrayEquals(new int[]{0, 0, 0, 0, 1, 1, 1, 1}, labels(data.train()));
        assertArrayEquals(new int[]{0, 1}, labels(data.test()));
        assertEquals(List.of("passed over 1 entry of " + folder + ": 1 .txt",
                "no folder of test images: 2 of 10 images are kept for testing, test share=0.2 of each class by "
                        + "seed=0"),
                noticed());
    }

    @Test
    void shouldReadFoldersWithinClassesInTheOrderOfTheirPaths() throws IOException {
        write("train/cat/b.png", 3);
        write("train/cat/a/z.png", 1);
        write("train/cat/a/deep/er/y.png", 0);
        write("train/cat/a.png", 2);
        write("train/dog/1.png", 4);
        write("test/cat/x/1.png", 5);
        write("test/dog/1.png", 6);
        DataSet data = load();
        // a.png, a/deep/er/y.png, a/z.png, b.png: a full stop comes before a slash
        assertArrayEquals(new int[]{2, 0, 1, 3, 4}, shades(data.train()));
        assertArrayEquals(new int[]{0, 0, 0, 0, 1}, labels(data.train()));
        assertArrayEquals(new int[]{5, 6}, shades(data.test()));
    }

    @Test
    void shouldReadTinyImageNetAsItIsDistributed() throws IOException {
        write("train/n01/images/n01_0.png", 1);
        write("train/n02/images/n02_0.png", 2);
        Files.writeString(folder.resolve("train/n01/n01_boxes.txt"), "n01_0.png\t0\t0\t1\t1\n");
        write("val/images/val_0.png", 3);
        write("val/images/val_1.png", 4);
        write("test/images/test_0.png", 5);
        Path table = Files.writeString(folder.resolve("val/val_annotations.txt"),
                "val_0.png\tn02\t0\t0\t1\t1\nval_1.png\tn01\t0\t0\t1\t1\n");
        Files.writeString(folder.resolve("wnids.txt"), "n01\nn02\n");
        DataSet data = load();
        assertEquals(List.of("n01", "n02"), data.classNames());
        assertArrayEquals(new int[]{1, 2}, shades(data.train()));
        assertArrayEquals(new int[]{4, 3}, shades(data.test()));
        assertArrayEquals(new int[]{0, 1}, labels(data.test()));
        assertEquals(List.of("not read: " + folder.resolve("test") + ", since the test images are those of "
                + folder.resolve("val"), "passed over 1 entry of " + folder.resolve("train") + ": 1 .txt"), noticed());
        Files.writeString(table, "val_0.png\tn02\nval_1.png\tn03\n");
        assertEquals(
                table + " has class 'n03' of val_1.png, which has no training images: add some, or delete the line "
                        + "and the image",
                refusal());
        Files.writeString(table, "val_0.png\tn02\n");
        assertEquals(table + " does not name the class of " + folder.resolve("val/images/val_1.png")
                + ": add a line, or delete the image", refusal());
        Files.writeString(table, "val_0.png\tn02\nval_1.png\tn01\nval_0.png\tn01\n");
        assertEquals(table + " has val_0.png again in line 3: leave one of its lines", refusal());
        Files.writeString(table, "val_0.png\tn02\nval_1.png\tn01\nval_2.png\tn01\n");
        assertEquals(table + " names images=1 that are not in " + folder.resolve("val/images")
                + ", such as val_2.png: restore them, or delete their lines", refusal());
        Files.writeString(table, "val_0.png n02\n");
        assertEquals(table + " has no class in line 1: write the file's name, a tab, and its class", refusal());
    }

    @Test
    void shouldPassOverWhatSystemsLeaveAndCountWhatElseItDoesNotRead() throws IOException {
        write("train/cat/1.png", 1);
        write("train/dog/1.png", 2);
        write("test/cat/1.png", 3);
        write("test/dog/1.png", 4);
        write("train/@eaDir/1.png", 5);
        write("train/__MACOSX/cat/1.png", 5);
        write("train/cat/.ipynb_checkpoints/1.png", 5);
        write("train/cat/@eaDir/1.png/SYNOPHOTO_THUMB.png", 5);
        for (String name : List.of("Thumbs.db", "desktop.ini", ".DS_Store", "a.heic", "B.HEIC", "notes", "n.txt")) {
            Files.writeString(folder.resolve("train/cat").resolve(name), "x");
        }
        DataSet data = load();
        assertEquals(List.of("cat", "dog"), data.classNames());
        assertArrayEquals(new int[]{1, 2}, shades(data.train()));
        assertEquals(List.of("passed over 11 entries of " + folder.resolve("train") + ": 2 .heic, 1 .txt, 2 @eaDir, "
                + "1 Thumbs.db, 1 __MACOSX, 1 desktop.ini, 2 hidden, 1 without ending; "
                + "HEIC, AVIF, JPEG XL and JPEG 2000 are not read, convert such images to PNG or JPEG"),
                noticed());
    }

    @Test
    void shouldNameALinkThatLeadsAbove() throws IOException {
        write("train/cat/1.png", 1);
        write("train/dog/1.png", 2);
        Path link = Files.createSymbolicLink(folder.resolve("train/cat/up"), folder.resolve("train"));
        String refused = refusal();
        assertTrue(refused.startsWith("folder " + link) && refused.endsWith("above it: delete the link"), refused);
    }

    /** Links that lead above, and what cannot be read, are no matter where nothing is a data set yet. */
    @Test
    void shouldAskForTheFolderBelow() throws IOException {
        write("images/cat/1.png", 1);
        write("images/dog/1.png", 2);
        Files.createSymbolicLink(Files.createDirectories(folder.resolve("notes/a")).resolve("up"), folder);
        Files.createSymbolicLink(folder.resolve("notes/gone.png"), Path.of("nothing"));
        String refused = refusal();
        assertTrue(refused.endsWith("; did you mean " + folder.resolve("images") + "?"), refused);
    }

    @Test
    void shouldListTheFoldersThatDecideItsContent() throws IOException {
        write("train/cat/a/1.png", 1);
        write("train/dog/1.png", 2);
        write("val/cat/1.png", 3);
        assertEquals(List.of(folder, folder.resolve("train"), folder.resolve("train/cat"),
                folder.resolve("train/cat/a"), folder.resolve("train/dog"), folder.resolve("val"),
                folder.resolve("val/cat")), DataSets.folders(folder.toString()).stream().sorted().toList());
    }
}
