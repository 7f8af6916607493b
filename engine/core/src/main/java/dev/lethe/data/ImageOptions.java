package dev.lethe.data;

import dev.lethe.data.picture.PictureOptions;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options of a folder of images; the other layouts leave nothing to choose. Immutable; {@link #NONE} is where others
 * begin.
 */
public final class ImageOptions {
    /**
     * Images of their own size, turned as cameras noted, over white where they are transparent; test images from the
     * folder, none skipped.
     */
    public static final ImageOptions NONE = new ImageOptions(new Choices());

    private final Choices choices;

    private ImageOptions(Choices choices) {
        if (choices.testShare != null && !(choices.testShare > 0 && choices.testShare < 1)) {
            throw new IllegalArgumentException("testShare=" + choices.testShare + ": it lies between 0 and 1");
        }
        this.choices = choices;
    }

    /** Values of all options, which are changed on a copy alone. */
    private static final class Choices {
        private @Nullable ImageSize size; // null for images as they are
        private @Nullable ShortSideCrop crop; // null for whole images
        private boolean storedOrientation;
        private Colour background = Colour.WHITE;
        private @Nullable SampleLevels levels; // null for those of the training images
        private @Nullable Double testShare; // null for the folder's test images
        private long seed;
        private boolean skipBad;

        private Choices copy() {
            Choices copy = new Choices();
            copy.size = size;
            copy.crop = crop;
            copy.storedOrientation = storedOrientation;
            copy.background = background;
            copy.levels = levels;
            copy.testShare = testShare;
            copy.seed = seed;
            copy.skipBad = skipBad;
            return copy;
        }
    }

    /** Returns the size that all images are resized to; empty where they must be of one size. */
    public Optional<ImageSize> size() {
        return Optional.ofNullable(choices.size);
    }

    /** Returns the short side that all images are resized to, and the crop of them; empty where they stay whole. */
    Optional<ShortSideCrop> crop() {
        return Optional.ofNullable(choices.crop);
    }

    /** Tells whether images are left as they are stored, instead of being turned as cameras noted in Exif. */
    public boolean storedOrientation() {
        return choices.storedOrientation;
    }

    /** Returns the colour behind transparent pixels. */
    public Colour background() {
        return choices.background;
    }

    /**
     * Returns the levels of samples of 16 bits; empty where those of gray training images are taken if they need fewer
     * than 16 bits, and else the high bytes.
     */
    public Optional<SampleLevels> levels() {
        return Optional.ofNullable(choices.levels);
    }

    /**
     * Returns the share of each class's training images that is kept for testing, between 0 and 1; empty where the
     * folder has test images.
     */
    public Optional<Double> testShare() {
        return Optional.ofNullable(choices.testShare);
    }

    /** Returns the seed of the choice of the training images that are kept for testing. */
    public long seed() {
        return choices.seed;
    }

    /** Tells whether images that cannot be decoded are passed over, instead of failing. */
    public boolean skipBad() {
        return choices.skipBad;
    }

    /** Returns options by which all images are resized. */
    public ImageOptions withSize(ImageSize to) {
        Choices other = choices.copy();
        other.size = Objects.requireNonNull(to, "size");
        other.crop = null;
        return new ImageOptions(other);
    }

    /**
     * Returns options by which images are resized as a text says: {@code SIDE} or {@code WIDTHxHEIGHT}, or {@code
     * short:SIDE+crop:CROP} for a short side of that length, and a square of the centre.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    public ImageOptions resized(String text) {
        return ShortSideCrop.isText(text)
                ? withCrop(ShortSideCrop.parse(text))
                : withSize(ImageSize.parse(text));
    }

    /** Returns options by which the short sides of all images are resized, and their centres cropped. */
    ImageOptions withCrop(ShortSideCrop to) {
        Choices other = choices.copy();
        other.crop = Objects.requireNonNull(to, "crop");
        other.size = null;
        return new ImageOptions(other);
    }

    /** Returns options by which images are left as they are stored, whatever cameras noted. */
    public ImageOptions withStoredOrientation() {
        Choices other = choices.copy();
        other.storedOrientation = true;
        return new ImageOptions(other);
    }

    /** Returns options with another colour behind transparent pixels. */
    public ImageOptions withBackground(Colour colour) {
        Choices other = choices.copy();
        other.background = Objects.requireNonNull(colour, "background");
        return new ImageOptions(other);
    }

    /** Returns options with levels of samples of 16 bits. */
    public ImageOptions withLevels(SampleLevels levels) {
        Choices other = choices.copy();
        other.levels = Objects.requireNonNull(levels, "levels");
        return new ImageOptions(other);
    }

    /**
     * Returns options by which test images are taken from the training images.
     *
     * @param share share of each class, between 0 and 1
     * @param ofSeed decides which images are taken
     */
    public ImageOptions withTestShare(double share, long ofSeed) {
        Choices other = choices.copy();
        other.testShare = share;
        other.seed = ofSeed;
        return new ImageOptions(other);
    }

    /** Returns options by which images are passed over that cannot be decoded. */
    public ImageOptions withSkipBad() {
        Choices other = choices.copy();
        other.skipBad = true;
        return new ImageOptions(other);
    }

    /** Returns the part of the options that decides on pixels; levels that are not chosen are the ends of 16 bits. */
    PictureOptions picture() {
        SampleLevels levels = levels().orElse(new SampleLevels(0, PictureOptions.MOST));
        return new PictureOptions(!choices.storedOrientation, choices.background.rgb(), levels.lowest(),
                levels.highest(), false, ImageSize.MOST_PIXELS);
    }

    /** Returns text that tells apart options by which the same files give other pixels. */
    String decoding() {
        return size() + " " + crop() + " " + choices.storedOrientation + " " + choices.background + " " + levels();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageOptions options && decoding().equals(options.decoding())
                && testShare().equals(options.testShare()) && seed() == options.seed()
                && skipBad() == options.skipBad();
    }

    @Override
    public int hashCode() {
        return Objects.hash(decoding(), testShare(), seed(), skipBad());
    }

    @Override
    public String toString() {
        return "size=" + choices.size + ", crop=" + choices.crop + ", storedOrientation=" + choices.storedOrientation
                + ", background="
                + choices.background + ", levels=" + choices.levels + ", testShare=" + choices.testShare + ", seed="
                + choices.seed + ", skipBad=" + choices.skipBad;
    }
}
