package dev.lethe.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Pixels of one image file. Transparency is dropped, palettes are looked up, 16 bits per channel become 8; the
 * orientation that a camera noted is not applied.
 *
 * @param samples (height, width, channels) unsigned bytes
 * @param height number of rows
 * @param width number of columns
 * @param channels 1 if the file holds shades of gray only, else 3: red, green, blue
 */
record DecodedImage(byte[] samples, int height, int width, int channels) {
    private static final int BYTE_BITS = 8;
    private static final int COLOUR = 3;

    /** Exception for a file that holds no image of a known format; its message gives the reason. */
    static final class UndecodableException extends Exception {
        private static final long serialVersionUID = 1L;

        UndecodableException(String reason) {
            super(reason);
        }

        UndecodableException(String reason, Exception cause) {
            super(reason, cause);
        }

        String reason() {
            return Objects.requireNonNull(getMessage(), "both constructors take one");
        }
    }

    /**
     * Decodes a file by its content, whatever its name.
     *
     * @throws UndecodableException when the content is no image
     */
    static DecodedImage decode(byte[] content) throws UndecodableException {
        if (content.length == 0) {
            throw new UndecodableException("it is empty");
        }
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new UndecodableException("it is not an image of a format that is read here");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return read(reader);
            } finally {
                reader.dispose();
            }
        } catch (EOFException e) {
            throw new UndecodableException("it is truncated", e);
        } catch (IIOException e) {
            throw new UndecodableException(Objects.requireNonNullElse(e.getMessage(), "it is damaged"), e);
        } catch (IOException | RuntimeException e) { // as the readers of the platform fail on some damage
            throw new UndecodableException("it is damaged (" + e + ")", e);
        }
    }

    private static DecodedImage read(ImageReader reader) throws IOException, UndecodableException {
        AtomicBoolean truncated = new AtomicBoolean();
        // the JPEG reader makes up what is missing, and only warns
        reader.addIIOReadWarningListener((_, warning) -> truncated.compareAndSet(false,
                warning.startsWith("Truncated") || warning.contains("remature")));
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > ImageSize.MOST_PIXELS) {
            throw new UndecodableException("it declares " + reader.getWidth(0) + " x " + reader.getHeight(0)
                    + " pixels, more than " + ImageSize.MOST_PIXELS);
        }
        BufferedImage image = reader.read(0);
        if (truncated.get()) {
            throw new UndecodableException("it is truncated");
        }
        return of(image);
    }

    static DecodedImage of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        if (isGray(image.getColorModel())) {
            return new DecodedImage(gray(image), height, width, 1);
        }
        byte[] samples = new byte[height * width * COLOUR];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * COLOUR;
                samples[at] = (byte) (row[x] >> 16);
                samples[at + 1] = (byte) (row[x] >> 8);
                samples[at + 2] = (byte) row[x];
            }
        }
        return new DecodedImage(samples, height, width, COLOUR);
    }

    private static boolean isGray(ColorModel model) {
        if (!(model instanceof IndexColorModel palette)) {
            return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        }
        for (int i = 0; i < palette.getMapSize(); i++) {
            if (palette.getRed(i) != palette.getGreen(i) || palette.getGreen(i) != palette.getBlue(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the stored samples of a gray image: {@code getRGB} would take them for linear light and brighten them.
     */
    private static byte[] gray(BufferedImage image) {
        int[] values = image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
        byte[] samples = new byte[values.length];
        ColorModel model = image.getColorModel();
        int bits = model instanceof ComponentColorModel ? model.getComponentSize(0) : BYTE_BITS;
        for (int i = 0; i < values.length; i++) {
            samples[i] = (byte) (model instanceof IndexColorModel palette
                    ? palette.getRed(values[i])
                    : values[i] >> bits - BYTE_BITS);
        }
        return samples;
    }

    /** Returns the image with three equal channels if it is gray and three are wanted. */
    DecodedImage withChannels(int wanted) {
        if (channels == wanted) {
            return this;
        }
        if (channels != 1) {
            throw new IllegalArgumentException("channels=" + channels + " cannot become " + wanted);
        }
        byte[] repeated = new byte[samples.length * wanted];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = samples[i / wanted];
        }
        return new DecodedImage(repeated, height, width, wanted);
    }

    ImageSize size() {
        return new ImageSize(width, height);
    }
}
