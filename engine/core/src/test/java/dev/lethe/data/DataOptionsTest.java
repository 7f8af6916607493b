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
        ImageOptions images = ImageOptions.NONE.withSize(new ImageSize(48, 32)).withTestShare(0.25, 7).withSkipBad();
        DataOptions options = DataOptions.NONE.withImages(images).withLabels(Path.of("my/labels.csv"));
        assertEquals(Map.of("resize", "48x32", "test_share", 0.25, "split_seed", 7L, "skip_bad", true, "labels",
                "my/labels.csv"), options.asMap());
        assertEquals(options, DataOptions.of(options.asMap()));
        assertEquals(Map.of(), DataOptions.NONE.asMap());
        assertEquals(DataOptions.NONE, DataOptions.of(Map.of("model", "mlp")));
        assertEquals("skip_bad=1 where a Boolean is needed: it was altered",
                assertThrows(IllegalArgumentException.class, () -> DataOptions.of(Map.of("skip_bad", 1)))
                        .getMessage());
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
