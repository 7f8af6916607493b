package dev.lethe.kernels.op;

import dev.lethe.kernels.random.Philox;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Changes to images when they are presented, mostly random ones: every epoch shows another view of an example. The
 * draws depend on seed, epoch and example alone.
 *
 * @param padding rows and columns that an image may be moved in each direction, 0 for none
 * @param movement choice of the distance within the padding; {@code RANDOM} if the padding is 0
 * @param border pixels that a moved image leaves open
 * @param flip choice of the epochs in which an image is mirrored left to right
 * @param cutout side of the square that is covered with the mean colour, 0 for none; parts of it may lie outside of the
 *        image
 */
public record Augmentation(int padding, Movement movement, Border border, Flip flip, int cutout) {
    /** Unchanged images. */
    public static final Augmentation NONE = new Augmentation(0, Movement.RANDOM, Border.BLACK, Flip.NEVER, 0);

    /** The distance that images are moved. */
    public enum Movement {
        /** A number of rows and of columns drawn for each image, all equally likely. */
        RANDOM,
        /** The full padding up and to the left, for every image. */
        UP_LEFT,
        /** The full padding down and to the right, for every image. */
        DOWN_RIGHT
    }

    /** The pixels outside of an image. */
    public enum Border {
        /** Pixels of value 0. */
        BLACK,
        /** The image itself, mirrored at its outermost pixels, which are not repeated. */
        REFLECT
    }

    /** The epochs in which images are mirrored. */
    public enum Flip {
        /** No epoch. */
        NEVER,
        /** Every epoch. */
        ALWAYS,
        /** Half of the epochs, at random. */
        RANDOM,
        /**
         * The first epoch at random, and every second one from there on (Jordan, "94% on CIFAR-10 in 3.29 seconds").
         */
        ALTERNATING
    }

    /** Refuses impossible values by a sentence that names them. */
    public Augmentation {
        if (padding < 0 || cutout < 0) {
            throw new IllegalArgumentException(
                    "augmentation padding=" + padding + ", cutout=" + cutout + ": neither can be negative");
        }
        movement = padding == 0 ? Movement.RANDOM : movement;
    }

    /** Returns the paper's augmentation for CIFAR: images moved by up to 4 pixels and mirrored at random. */
    public static Augmentation cropAndFlip() {
        return new Augmentation(4, Movement.RANDOM, Border.BLACK, Flip.RANDOM, 0);
    }

    /**
     * A view of an image.
     *
     * @param down rows that the content moves up: row r shows row {@code r + down}
     * @param right columns that the content moves left, before it is mirrored
     * @param mirrored whether the view is mirrored left to right
     * @param coverTop first row of the covered square, may be negative
     * @param coverLeft first column of the covered square
     */
    public record View(int down, int right, boolean mirrored, int coverTop, int coverLeft) {}

    /**
     * Returns the view of an example in an epoch.
     *
     * @param epochIndex index of the epoch, from 0
     * @param height rows of an image
     * @param width columns of an image
     */
    public View view(long seed, int epochIndex, int example, int height, int width) {
        long bits = Philox.bits(seed, Philox.Stream.AUGMENTATION, epochIndex, example);
        int down = moved(bits);
        int right = moved(bits >>> 16);
        boolean mirrored = switch (flip) {
            case NEVER -> false;
            case ALWAYS -> true;
            case RANDOM -> bits < 0;
            case ALTERNATING ->
                (Philox.bits(seed, Philox.Stream.AUGMENTATION, 0, example) < 0) == (epochIndex % 2 == 0);
        };
        long cover = cutout == 0 ? 0 : Philox.bits(seed, Philox.Stream.CUTOUT, epochIndex, example);
        return new View(down, right, mirrored, below(height, cover) - cutout / 2,
                below(width, cover >>> 16) - cutout / 2);
    }

    private int moved(long bits) {
        return switch (movement) {
            case RANDOM -> below(2 * padding + 1, bits) - padding;
            case UP_LEFT -> padding;
            case DOWN_RIGHT -> -padding;
        };
    }

    /** Returns an integer in [0, bound) from the low 16 bits, uniform to one part in 65,536. */
    private static int below(int bound, long bits) {
        return (int) ((bits & 0xFFFF) * bound >>> 16);
    }

    /** Verifies that images of a size can be moved by the padding. */
    public void requireFits(int height, int width) {
        if (padding >= Math.min(height, width)) {
            throw new IllegalArgumentException("augmentation padding=" + padding + " is too much for images of "
                    + height + " x " + width + ": choose less than the shorter side");
        }
    }

    /**
     * Reads the text that {@link #toString} writes: {@code none}, or parts such as {@code crop:4+flip+cutout:16}.
     *
     * @throws IllegalArgumentException saying what the parts are
     */
    public static Augmentation parse(String text) {
        Augmentation result = NONE;
        if (text.equals("none")) {
            return result;
        }
        for (String part : text.split("\\+", -1)) {
            String[] words = part.split(":", -1);
            result = switch (words[0]) {
                case "crop" -> result.moved(part, words, Border.BLACK);
                case "reflect" -> result.moved(part, words, Border.REFLECT);
                case "cutout" -> new Augmentation(result.padding, result.movement, result.border, result.flip,
                        number(part, words, 2));
                case "flip" -> new Augmentation(result.padding, result.movement, result.border,
                        words.length == 1 ? Flip.RANDOM : named(Flip.values(), part, words, 1), result.cutout);
                default -> throw unknown(part);
            };
        }
        return result;
    }

    private Augmentation moved(String part, String[] words, Border by) {
        Movement how = words.length < 3 ? Movement.RANDOM : named(Movement.values(), part, words, 2);
        return new Augmentation(number(part, words, Math.max(2, words.length)), how, by, flip, cutout);
    }

    private static int number(String part, String[] words, int ofWords) {
        if (words.length != ofWords || !words[1].matches("\\d{1,4}")) {
            throw unknown(part);
        }
        return Integer.parseInt(words[1]);
    }

    /** Returns the value named by the last word, which stands at an index. */
    private static <T extends Enum<T>> T named(T[] values, String part, String[] words, int index) {
        return Arrays.stream(values).filter(v -> words.length == index + 1 && name(v).equals(words[index]))
                .findFirst().orElseThrow(() -> unknown(part));
    }

    private static IllegalArgumentException unknown(String part) {
        return new IllegalArgumentException("unknown augmentation '" + part + "': choose none, or join crop:PIXELS or "
                + "reflect:PIXELS (moved at random, or all with :up-left or :down-right), flip"
                + Arrays.stream(Flip.values()).map(f -> " or flip:" + name(f))
                        .collect(Collectors.joining())
                + ", and cutout:SIDE with +");
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (padding > 0) {
            text.append(border == Border.BLACK ? "+crop:" : "+reflect:").append(padding)
                    .append(movement == Movement.RANDOM ? "" : ":" + name(movement));
        }
        if (flip != Flip.NEVER) {
            text.append("+flip").append(flip == Flip.RANDOM ? "" : ":" + name(flip));
        }
        if (cutout > 0) {
            text.append("+cutout:").append(cutout);
        }
        return text.isEmpty() ? "none" : text.substring(1);
    }
}
