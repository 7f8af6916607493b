package dev.lethe.data.picture;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Readers of pictures that are part of Java. Their samples are taken as they are stored, without conversions. */
final class PlatformReader {
    private static final int BYTE = 8;
    private static final int COLOURS = 3;

    private PlatformReader() {}

    /** A use of a reader that has its input. */
    @FunctionalInterface
    private interface Use<T> {
        T of(ImageReader reader) throws IOException, UndecodableException;
    }

    private static <T> T with(String format, byte[] content, long mostPixels, Use<T> use)
            throws IOException, UndecodableException {
        ImageReader reader = reader(format);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            reader.setInput(in, true, true);
            Frame.requireSize(reader.getWidth(0), reader.getHeight(0), mostPixels);
            return use.of(reader);
        } finally {
            reader.dispose();
        }
    }

    /** Returns the reader of Java itself: one of another jar may show other pixels. */
    private static ImageReader reader(String format) {
        for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format); readers.hasNext();) {
            ImageReader reader = readers.next();
            if (ImageIO.class.getModule().equals(reader.getClass().getModule())) {
                return reader;
            }
        }
        throw new IllegalStateException("the module java.desktop has no reader of " + format);
    }

    static BufferedImage image(String format, byte[] content, long mostPixels)
            throws IOException, UndecodableException {
        return with(format, content, mostPixels, reader -> reader.read(0));
    }

    /** Reads the samples of a JPEG before any conversion of colours. */
    static Raster jpeg(byte[] content, long mostPixels, Consumer<String> warnings)
            throws IOException, UndecodableException {
        return with("jpeg", content, mostPixels, reader -> {
            reader.addIIOReadWarningListener((_, warning) -> warnings.accept(warning));
            return reader.readRaster(0, null);
        });
    }

    /** Reads a picture of a format of which nothing else need be known. */
    static Frame read(String format, byte[] content, long mostPixels) throws IOException, UndecodableException {
        return frame(image(format, content, mostPixels));
    }

    static Frame frame(BufferedImage image) throws UndecodableException {
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel palette) {
            return new Palette(palette).frame(image.getRaster());
        }
        boolean opaque = !model.hasAlpha();
        int bands = model.getNumComponents() - (opaque ? 0 : 1);
        int colours = bands < COLOURS ? 1 : COLOURS;
        Frame frame = frame(image.getRaster(), colours);
        return opaque
                ? frame
                : new Frame(frame.height(), frame.width(), colours, frame.samples(), frame.deep(),
                        opacity(image.getRaster(), bands), model.isAlphaPremultiplied(), Orientation.UPRIGHT,
                        Set.of());
    }

    /** Takes the first bands of a raster for gray, or for red, green and blue. */
    static Frame frame(Raster raster, int colours) throws UndecodableException {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bits = raster.getSampleModel().getSampleSize(0);
        if (bits > 2 * BYTE || raster.getTransferType() == DataBuffer.TYPE_SHORT) {
            throw new UndecodableException("its samples have " + (bits > 2 * BYTE ? bits + " bits" : "signs")
                    + ", where unsigned ones of 8 or 16 bits are read");
        }
        boolean isDeep = bits > BYTE;
        byte[] samples = new byte[isDeep ? 0 : height * width * colours];
        short[] deep = new short[isDeep ? height * width * colours : 0];
        int[] row = new int[width];
        for (int c = 0; c < colours; c++) {
            int most = (1 << raster.getSampleModel().getSampleSize(c)) - 1;
            for (int y = 0; y < height; y++) {
                raster.getSamples(0, y, width, 1, c, row);
                for (int x = 0; x < width; x++) {
                    int at = (y * width + x) * colours + c;
                    if (isDeep) {
                        deep[at] = (short) row[x];
                    } else {
                        samples[at] = (byte) (most == 255 ? row[x] : row[x] * 255 / most);
                    }
                }
            }
        }
        return new Frame(height, width, colours, isDeep ? null : samples, isDeep ? deep : null, null, false,
                Orientation.UPRIGHT, Set.of());
    }

    static byte[] opacity(Raster raster, int band) {
        int bits = raster.getSampleModel().getSampleSize(band);
        int[] values = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), band, (int[]) null);
        byte[] opacity = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            opacity[i] = (byte) (bits > BYTE ? values[i] >>> bits - BYTE : values[i] * 255 / ((1 << bits) - 1));
        }
        return opacity;
    }
}
