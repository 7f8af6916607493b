package dev.lethe.data.picture;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pixels as they are in a file: gray or coloured, of 8 or 16 bits, with or without opacity.
 *
 * @param height number of rows
 * @param width number of columns
 * @param colours 1 for gray, 3 for red, green, blue
 * @param samples (height, width, colours) samples of 8 bits; null if they have 16
 * @param deep (height, width, colours) samples of 16 bits; null if they have 8
 * @param opacity (height, width) opacity of 8 bits; null if all pixels are opaque
 * @param premultiplied whether samples are multiplied by the opacity already
 * @param orientation number by which Exif says how to turn the picture, 1 for not at all
 * @param traits what the file is like, but for what the pixels tell
 */
record Frame(int height, int width, int colours, byte @Nullable [] samples, short @Nullable [] deep,
        byte @Nullable [] opacity, boolean premultiplied, Orientation orientation, Set<Trait> traits) {
    private static final int OPAQUE = 255;

    static Frame of(int height, int width, int colours, byte[] samples) {
        return new Frame(height, width, colours, samples, null, null, false, Orientation.UPRIGHT, Set.of());
    }

    Frame withOpacity(byte @Nullable [] other) {
        return new Frame(height, width, colours, samples, deep, other, premultiplied, orientation, traits);
    }

    Frame noted(Orientation other, Set<Trait> others) {
        return new Frame(height, width, colours, samples, deep, opacity, premultiplied, other, others);
    }

    /** Verifies the number of pixels that a file declares. */
    static void requireSize(long width, long height, long mostPixels) throws UndecodableException {
        if (width < 1 || height < 1) {
            throw UndecodableException.damaged("size=" + width + " x " + height);
        }
        if (width > mostPixels || height > mostPixels || width * height > mostPixels) {
            throw new UndecodableException(
                    "it declares " + width + " x " + height + " pixels, more than " + mostPixels);
        }
    }

    /** Returns the picture: of 8 bits, over the background, turned. */
    Picture shown(PictureOptions options) {
        Set<Trait> all = EnumSet.noneOf(Trait.class);
        all.addAll(traits);
        int lowest = PictureOptions.MOST;
        int highest = 0;
        byte[] bytes = samples;
        if (bytes == null) {
            short[] words = Objects.requireNonNull(deep, "one of both is there");
            byte[] levels = options.levels(colours == 1);
            bytes = new byte[words.length];
            for (int i = 0; i < words.length; i++) {
                int value = Short.toUnsignedInt(words[i]);
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
                bytes[i] = levels[value];
            }
            all.add(Trait.DEEP);
        }
        int channels = colours;
        if (opacity != null && isTransparent(opacity)) {
            all.add(Trait.TRANSPARENT);
            int red = options.background() >> 16 & 255;
            int green = options.background() >> 8 & 255;
            int blue = options.background() & 255;
            channels = colours == 1 && red == green && green == blue ? 1 : 3;
            bytes = over(new int[]{red, green, blue}, bytes, opacity, channels);
        }
        Orientation turn = options.turned() ? orientation : Orientation.UPRIGHT;
        return new Picture(turn.turned(bytes, height, width, channels), turn.swaps() ? width : height,
                turn.swaps() ? height : width, channels, all, lowest, highest);
    }

    private static boolean isTransparent(byte[] opacity) {
        for (byte one : opacity) {
            if (one != (byte) OPAQUE) {
                return true;
            }
        }
        return false;
    }

    private byte[] over(int[] background, byte[] bytes, byte[] opaque, int channels) {
        byte[] composed = new byte[opaque.length * channels];
        for (int pixel = 0; pixel < opaque.length; pixel++) {
            int share = Byte.toUnsignedInt(opaque[pixel]);
            for (int c = 0; c < channels; c++) {
                int sample = Byte.toUnsignedInt(bytes[pixel * colours + (colours == 1 ? 0 : c)]);
                int behind = background[c] * (OPAQUE - share);
                composed[pixel * channels + c] = (byte) (premultiplied
                        ? Math.min(OPAQUE, sample + (behind + OPAQUE / 2) / OPAQUE)
                        : (sample * share + behind + OPAQUE / 2) / OPAQUE);
            }
        }
        return composed;
    }
}
