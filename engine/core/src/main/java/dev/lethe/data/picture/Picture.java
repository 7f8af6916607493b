package dev.lethe.data.picture;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.imageio.IIOException;

/**
 * Pixels of a picture, as Pillow shows them: palettes are looked up, and no profile of colours is applied.
 *
 * @param samples (height, width, channels) unsigned bytes
 * @param height number of rows
 * @param width number of columns
 * @param channels 1 if the file holds shades of gray only, else 3: red, green, blue
 * @param traits what its reader should know
 * @param lowest lowest sample as it is in the file, of 16 bits; meant with {@link Trait#DEEP} alone
 * @param highest highest such sample
 */
public record Picture(byte[] samples, int height, int width, int channels, Set<Trait> traits, int lowest, int highest) {
    /** Copies the traits. */
    public Picture {
        traits = Set.copyOf(traits);
    }

    /** Makes a picture without traits. */
    public static Picture of(byte[] samples, int height, int width, int channels) {
        return new Picture(samples, height, width, channels, Set.of(), 0, 0);
    }

    /**
     * Decodes a file by its content, whatever its name.
     *
     * @throws UndecodableException when the content is no picture that is read here
     */
    public static Picture decode(byte[] content, PictureOptions options) throws UndecodableException {
        if (content.length == 0) {
            throw new UndecodableException("it is empty");
        }
        byte[] head = Arrays.copyOf(content, Math.min(content.length, PictureFormat.HEAD_BYTES));
        Optional<PictureFormat> format = PictureFormat.of(head);
        if (format.isEmpty()) {
            throw new UndecodableException("it is not an image of a format that is read here");
        }
        try {
            return frame(format.get(), new Bytes(content), options.mostPixels()).shown(options);
        } catch (EOFException e) {
            throw new UndecodableException("it is truncated", e);
        } catch (IndexOutOfBoundsException e) { // as the readers of the platform and ours meet an end
            throw new UndecodableException("it is truncated or damaged", e);
        } catch (IIOException e) {
            throw new UndecodableException("it is damaged (" + e.getMessage() + ")", e);
        } catch (IOException | RuntimeException e) { // as the readers of the platform fail on some damage
            throw new UndecodableException("it is damaged (" + e + ")", e);
        }
    }

    private static Frame frame(PictureFormat format, Bytes content, long mostPixels)
            throws IOException, UndecodableException {
        return switch (format) {
            case PNG -> PngFile.read(content, mostPixels);
            case JPEG -> JpegFile.read(content, mostPixels);
            case GIF -> GifFile.read(content, mostPixels);
            case BMP -> PlatformReader.read("bmp", content.content(), mostPixels);
            case TIFF -> TiffFile.read(content, mostPixels);
            case WEBP -> WebpFile.read(content, mostPixels);
            case BIG_TIFF, HEIC, AVIF, JPEG2000, JPEG_XL -> throw new UndecodableException("it is " + format
                    + ", which is not read here and can be converted to PNG or JPEG");
        };
    }

    /** Returns the picture with three equal channels if it is gray and three are wanted. */
    public Picture withChannels(int wanted) {
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
        return new Picture(repeated, height, width, wanted, traits, lowest, highest);
    }

    /** Returns a picture with the traits of this one and other pixels. */
    public Picture withPixels(byte[] others, int ofHeight, int ofWidth) {
        return new Picture(others, ofHeight, ofWidth, channels, traits, lowest, highest);
    }
}
