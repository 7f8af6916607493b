package dev.lethe.report;

import dev.lethe.data.ImageSet;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * One image of a data set inside a page. Small images are shown enlarged by a whole factor, pixel for pixel; images
 * larger than a gallery's place are shrunk, so that a report of large images stays a file that browsers open.
 */
public final class Thumbnail {
    /** Largest longer side of an image in a gallery, in CSS pixels. */
    static final int PLACE = 84;

    private Thumbnail() {}

    /** Returns the width at which images of a set are shown, in CSS pixels. */
    public static int width(ImageSet images) {
        return scaled(images.width(), images);
    }

    /** Returns the height at which images of a set are shown, in CSS pixels. */
    public static int height(ImageSet images) {
        return scaled(images.height(), images);
    }

    private static int scaled(int side, ImageSet images) {
        int longer = Math.max(images.width(), images.height());
        return longer <= PLACE ? side * (PLACE / longer) : Math.max(1, side * PLACE / longer);
    }

    /** Returns a PNG file as a data URI. Sets of three or more channels are taken as RGB, others as gray. */
    public static String dataUri(ImageSet images, int example) {
        BufferedImage image = image(images, example);
        if (Math.max(images.width(), images.height()) > PLACE) {
            image = shrunk(image, width(images), height(images));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // not the stream itself: ImageIO would buffer it in a file
        try (ImageOutputStream memory = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", memory);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail to be written", e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    /** Returns an image of a set pixel for pixel. */
    static BufferedImage image(ImageSet images, int example) {
        byte[] pixels = images.image(example);
        int channels = images.channels();
        boolean rgb = channels >= 3;
        BufferedImage image = new BufferedImage(images.width(), images.height(),
                rgb ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < images.height(); y++) {
            for (int x = 0; x < images.width(); x++) {
                int at = (y * images.width() + x) * channels;
                for (int band = 0; band < (rgb ? 3 : 1); band++) {
                    image.getRaster().setSample(x, y, band, pixels[at + band] & 0xff);
                }
            }
        }
        return image;
    }

    private static BufferedImage shrunk(BufferedImage image, int width, int height) {
        BufferedImage small = new BufferedImage(width, height, image.getType());
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return small;
    }
}
