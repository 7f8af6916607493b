package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageSetTest {
    private final ImageSet images = ImageSet.of(new byte[]{0, 1, 10, 11, 20, 21, 30, 31}, new int[]{5, 6, 7, 8}, 2, 1,
            1);

    @Test
    void shouldSelectImagesWithTheirLabels() {
        ImageSet selected = images.select(new int[]{3, 1});
        assertArrayEquals(new byte[]{30, 31}, selected.image(0));
        assertArrayEquals(new byte[]{10, 11}, selected.image(1));
        assertEquals(8, selected.label(0));
        assertEquals(6, selected.label(1));
    }

    @Test
    void shouldCopyNoPixelsOfConsecutiveImages() {
        ImageSet selected = images.select(new int[]{1, 2});
        assertEquals(images.pixels().address() + 2, selected.pixels().address());
        assertArrayEquals(new byte[]{20, 21}, selected.image(1));
        assertEquals(2, selected.examples());
        assertEquals(7, selected.label(1));
    }

    @Test
    void shouldKeepTheOriginsOfWhatIsSelected() {
        ImageSet named = images.withOrigins(Origins.of(List.of("a/0.png", "a/1.png", "b/2.png", "b/3.png")));
        ImageSet selected = named.withLabels(new int[]{1, 2, 3, 4}).select(new int[]{3, 0});
        assertEquals("b/3.png", selected.origins().get(0));
        assertEquals("0.png", selected.origins().caption(1));
        assertEquals("[1]", images.select(new int[]{1, 2}).origins().get(0));
        Origins batches = Origins.positions("batch_1", 2).followedBy(Origins.positions("batch_2", 2));
        assertEquals("batch_2[1]", batches.get(3));
        assertEquals("#1", batches.select(new int[]{3}).caption(0));
        assertThrows(IndexOutOfBoundsException.class, () -> batches.get(4));
        assertEquals("got origins=3 for images=4: they must be as many",
                assertThrows(DataSetException.class, () -> images.withOrigins(Origins.positions("x", 3))).getMessage());
    }

    @Test
    void shouldSayWhenThereIsNotEnoughMemory() {
        assertEquals(
                "a data set needs bytes=1125899906842624 of memory, which it cannot have: take fewer or smaller "
                        + "images, or allow more with LETHE_JAVA_OPTS=-XX:MaxDirectMemorySize=64g",
                assertThrows(DataSetException.class, () -> ImageSet.allocate(1L << 50)).getMessage());
    }
}
