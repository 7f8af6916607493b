package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.ImageSet;
import dev.lethe.study.forgetting.MadeUpStudy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ThumbnailTest {
    private static final String PREFIX = "data:image/png;base64,";

    private static BufferedImage decode(String uri) throws IOException {
        assertTrue(uri.startsWith(PREFIX));
        return ImageIO
                .read(new ByteArrayInputStream(Base64.getDecoder().decode(uri.substring(PREFIX.length()))));
    }

    @Test
    void shouldKeepGrayPixels() throws IOException {
        ImageSet images = MadeUpStudy.images(9, 2, 5, 6, 1);
        BufferedImage image = decode(Thumbnail.dataUri(images, 8));
        assertEquals(6, image.getWidth());
        assertEquals(5, image.getHeight());
        for (int pixel = 0; pixel < 30; pixel++) {
            assertEquals((8 * 30 + pixel) & 0xff, image.getRaster().getSample(pixel % 6, pixel / 6, 0));
        }
    }

    @Test
    void shouldKeepColours() throws IOException {
        BufferedImage image = decode(Thumbnail.dataUri(MadeUpStudy.images(3, 2, 4, 4, 3), 2));
        for (int pixel = 0; pixel < 16; pixel++) {
            int first = 2 * 48 + 3 * pixel;
            assertEquals(0xff000000 | first << 16 | (first + 1) << 8 | first + 2, image.getRGB(pixel % 4, pixel / 4));
        }
    }

    @Test
    void shouldEnlargeSmallImagesByAWholeFactor() {
        ImageSet digits = MadeUpStudy.images(1, 2, 28, 28, 1);
        assertEquals(84, Thumbnail.width(digits));
        ImageSet wide = MadeUpStudy.images(1, 2, 10, 32, 3);
        assertEquals(64, Thumbnail.width(wide));
        assertEquals(20, Thumbnail.height(wide));
    }

    @Test
    void shouldShrinkLargeImages() throws IOException {
        ImageSet large = MadeUpStudy.images(1, 2, 100, 300, 3);
        BufferedImage image = decode(Thumbnail.dataUri(large, 0));
        assertEquals(84, image.getWidth());
        assertEquals(28, image.getHeight());
        assertEquals(84, Thumbnail.width(large));
        assertEquals(28, Thumbnail.height(large));
    }
}
