package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataOptionsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldComeBackFromAMap() {
        ImageOptions images = ImageOptions.NONE.withSize(new ImageSize(48, 32)).withTestShare(0.25, 7).withSkipBad()
                .withStoredOrientation().withBackground(Colour.parse("#8000FF"))
                .withLevels(SampleLevels.parse("16-4095"));
        DataOptions options = DataOptions.NONE.withImages(images).withLabels(Path.of("my/labels.csv"));
        assertEquals(Map.of("resize", "48x32", "test_share", 0.25, "split_seed", 7L, "skip_bad", true, "labels",
                "my/labels.csv", "orientation", "stored", "background", "8000ff", "levels", "16-4095"),
                options.asMap());
        assertEquals(options, DataOptions.of(options.asMap()));
        assertEquals(Map.of(), DataOptions.NONE.asMap());
        assertEquals(DataOptions.NONE, DataOptions.of(Map.of("model", "mlp")));
        assertEquals("orientation=exif where stored is needed: it was altered",
                assertThrows(IllegalArgumentException.class, () -> DataOptions.of(Map.of("orientation", "exif")))
                        .getMessage());
        assertEquals("skip_bad=1 where a Boolean is needed: it was altered",
                assertThrows(IllegalArgumentException.class, () -> DataOptions.of(Map.of("skip_bad", 1)))
                        .getMessage());
    }

    @Test
    void shouldReadColoursAndLevels() {
        assertEquals(Colour.BLACK, Colour.parse("Black"));
        assertEquals(new Colour(1, 2, 255), Colour.parse("0102ff"));
        assertEquals("white", Colour.parse("#FFFFFF").toString());
        assertEquals("colour 'red': write white, black, or two hexadecimal digits each of red, green and blue, for "
                + "example 8000ff",
                assertThrows(IllegalArgumentException.class, () -> Colour.parse("red")).getMessage());
        assertEquals("colour red=256, green=0, blue=-1: each lies between 0 and 255",
                assertThrows(IllegalArgumentException.class, () -> new Colour(256, 0, -1)).getMessage());
        assertEquals(new SampleLevels(0, 4095), SampleLevels.parse("0-4095"));
        assertEquals("levels '4095': write LOWEST-HIGHEST, for example 0-4095 for 12 bits",
                assertThrows(IllegalArgumentException.class, () -> SampleLevels.parse("4095")).getMessage());
        assertEquals("levels=7-7: the first is less than the second, and both lie between 0 and 65535",
                assertThrows(IllegalArgumentException.class, () -> SampleLevels.parse("7-7")).getMessage());
        assertEquals("levels=7-70000: the first is less than the second, and both lie between 0 and 65535",
                assertThrows(IllegalArgumentException.class, () -> SampleLevels.parse("7-70000")).getMessage());
    }

    @Test
    void shouldReplaceTrainingLabelsOnly() throws IOException {
        Path labels = Files.write(folder.resolve("labels.txt"), Collections.nCopies(60_000, "4"));
        DataSet mnist = DataSets.load("mnist");
        DataSet other = DataSets.load("mnist", DataOptions.NONE.withLabels(labels), _ -> {});
        assertEquals(4, other.train().label(0));
        assertEquals(4, other.train().label(59_999));
        assertArrayEquals(mnist.train().image(17), other.train().image(17));
        assertEquals(mnist.test().label(0), other.test().label(0));
        Files.write(labels, List.of("4", "5"));
        assertEquals(labels + " holds labels=2 for the 60000 training examples of data set mnist: give one for each",
                assertThrows(DataSetException.class,
                        () -> DataSets.load("mnist", DataOptions.NONE.withLabels(labels), _ -> {})).getMessage());
        Path absent = folder.resolve("absent.csv");
        assertTrue(assertThrows(DataSetException.class,
                () -> DataSets.load("mnist", DataOptions.NONE.withLabels(absent), _ -> {})).getMessage()
                .startsWith("labels " + absent + " cannot be read: "));
    }
}
