package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyDataSetsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeASoundDataSet() throws IOException {
        write("train_images", pixels(36).withShape(3, 2, 2, 3));
        write("train_labels", NumpyArray.of(new long[]{0, 2, 1}));
        write("test_images", pixels(12).withShape(1, 2, 2, 3));
        write("test_labels", NumpyArray.ofUnsigned(new byte[]{1}));
    }

    private void write(String name, NumpyArray array) throws IOException {
        NpyFile.write(folder.resolve(name + ".npy"), array);
    }

    private static NumpyArray pixels(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 7);
        }
        return NumpyArray.ofUnsigned(bytes);
    }

    private void assertRefused(String file, String problem) {
        String message = assertThrows(DataSetException.class, () -> DataSets.load(folder.toString())).getMessage();
        assertTrue(message.contains(folder.resolve(file) + problem), message);
    }

    @Test
    void shouldReadColourAndGrayImages() throws IOException {
        DataSet colour = DataSets.load(folder.toString());
        assertEquals(3, colour.train().examples());
        assertEquals(3, colour.train().channels());
        assertEquals(3, colour.classes());
        assertEquals(2, colour.train().label(1));
        assertEquals(1, colour.test().label(0));
        assertArrayEquals(new byte[]{84, 91, 98, 105, 112, 119, 126, (byte) 133, (byte) 140, (byte) 147, (byte) 154,
                (byte) 161}, colour.train().image(1));
        write("train_images", pixels(18).withShape(3, 2, 3));
        write("test_images", pixels(6).withShape(1, 2, 3, 1));
        DataSet gray = DataSets.load(folder.toString());
        assertEquals(1, gray.train().channels());
        assertEquals(3, gray.train().width());
        assertArrayEquals(new byte[]{42, 49, 56, 63, 70, 77}, gray.train().image(1));
    }

    @Test
    void shouldNameAMissingFile() throws IOException {
        Files.delete(folder.resolve("test_labels.npy"));
        String message = assertThrows(DataSetException.class, () -> DataSets.load(folder.toString())).getMessage();
        assertEquals("folder " + folder
                + " has an array test_images but none of the labels for testing: call its arrays "
                + "x_train and y_train, or train_images and train_labels, and for testing x_test and y_test, or "
                + "test_images and test_labels", message);
    }

    @Test
    void shouldRefuseArraysThatAreNoImages() throws IOException {
        String remedy = ": images are arrays (examples, height, width) or (examples, height, width, channels) "
                + "with 1 or 3 channels";
        write("train_images", pixels(3));
        assertRefused("train_images.npy", " is an array of descr='|u1' shape=(3,)" + remedy);
        write("train_images", pixels(15).withShape(3, 5));
        assertRefused("train_images.npy", " is an array of descr='|u1' shape=(3, 5)" + remedy
                + ": save a.reshape(-1, height, width)");
        write("train_images", pixels(36).withShape(3, 12));
        assertRefused("train_images.npy", " is an array of descr='|u1' shape=(3, 12)" + remedy
                + ": save a.reshape(-1, 3, 2, 2) if red, green and blue follow each other, as in CIFAR, or "
                + "a.reshape(-1, 2, 2, 3)");
        write("train_images", pixels(81).withShape(3, 3, 3, 3));
        assertRefused("train_images.npy",
                " is an array of descr='|u1' shape=(3, 3, 3, 3), whose channels may be axis 1 or "
                        + "axis 3: save images of other sizes, or without an axis of 1, as in a.squeeze()");
        write("train_images", pixels(36).withShape(2, 2, 3, 3));
        assertRefused("train_labels.npy", " holds 3 labels, " + folder.resolve("train_images.npy") + " 2 images");
        write("train_images", pixels(48).withShape(4, 4, 1, 3));
        assertRefused("train_labels.npy", " holds 3 labels");
        write("train_images", pixels(60).withShape(3, 5, 1, 4));
        assertRefused("train_images.npy", " is an array of descr='|u1' shape=(3, 5, 1, 4)" + remedy
                + ": save a[..., :3] to leave out the transparency");
        write("train_images", pixels(24).withShape(3, 2, 2, 2));
        assertRefused("train_images.npy", " is an array of descr='|u1' shape=(3, 2, 2, 2)" + remedy);
        write("train_images", pixels(0).withShape(0, 3, 3));
        assertRefused("train_images.npy", " is an array of descr='|u1' shape=(0, 3, 3)" + remedy);
    }

    @Test
    void shouldRefuseLabelsThatDoNotFit() throws IOException {
        write("train_labels", NumpyArray.of(new double[]{0, 1.5, 2}));
        assertRefused("train_labels.npy", " has label=1.5 at example 1: labels are whole numbers or texts");
        write("train_labels", NumpyArray.of(new double[]{0, Double.NaN, 2}));
        assertRefused("train_labels.npy", " has label=NaN at example 1: labels are whole numbers or texts");
        write("train_labels", NumpyArray.of(new int[]{0, -1, 2}));
        assertRefused("train_labels.npy",
                " has label=-1 at example 1, which may mean that it has none: leave such images "
                        + "out, or number the classes from 0");
        write("train_labels", NumpyArray.of(new int[]{0, 1}));
        assertRefused("train_labels.npy", " holds 2 labels, " + folder.resolve("train_images.npy")
                + " 3 images: they must be as many");
        write("train_labels", NumpyArray.of(new int[]{0, 1, 1, 0, 1, 1}).withShape(3, 2));
        assertRefused("train_labels.npy",
                " is an array of descr='<i4' shape=(3, 2), whose row 2 is not a single 1 among "
                        + "zeros: an image has one class, as in a.argmax(axis=1) of scores or in one column, a[:, 0]");
        write("train_labels", NumpyArray.of(new int[8]).withShape(2, 2, 2));
        assertRefused("train_labels.npy",
                " is an array of descr='<i4' shape=(2, 2, 2): labels are an array (examples,), or "
                        + "(examples, classes) with a 1 in each row");
        write("train_labels", NumpyArray.of(new int[]{0, 1, 2}));
        write("test_labels", NumpyArray.of(new int[]{3}));
        assertRefused("test_labels.npy", " has label=3 at example 0, which no image of "
                + folder.resolve("train_labels.npy") + " has: add some, or leave the image out");
    }

    @Test
    void shouldNameATruncatedFile() throws IOException {
        Path images = folder.resolve("train_images.npy");
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 1));
        assertRefused("train_images.npy", ": truncated, bytes=35 after its header where shape=(3, 2, 2, 3) needs 36");
    }
}
