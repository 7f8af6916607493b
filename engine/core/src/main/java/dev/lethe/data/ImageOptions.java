package dev.lethe.data;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options of a folder of images; the other layouts leave nothing to choose. Immutable; {@link #NONE} is where others
 * begin.
 */
public final class ImageOptions {
    /** Images as they are, test images from the folder, none skipped. */
    public static final ImageOptions NONE = new ImageOptions(null, null, 0, false);

    private final @Nullable ImageSize size; // null for images as they are
    private final @Nullable Double testShare; // null for the folder's test images
    private final long seed;
    private final boolean skipBad;

    private ImageOptions(@Nullable ImageSize size, @Nullable Double testShare, long seed, boolean skipBad) {
        if (testShare != null && !(testShare > 0 && testShare < 1)) {
            throw new IllegalArgumentException("testShare=" + testShare + ": it lies between 0 and 1");
        }
        this.size = size;
        this.testShare = testShare;
        this.seed = seed;
        this.skipBad = skipBad;
    }

    /** Returns the size that all images are resized to; empty where they must be of one size. */
    public Optional<ImageSize> size() {
        return Optional.ofNullable(size);
    }

    /**
     * Returns the share of each class's training images that is kept for testing, between 0 and 1; empty where the
     * folder has test images.
     */
    public Optional<Double> testShare() {
        return Optional.ofNullable(testShare);
    }

    /** Returns the seed of the choice of the training images that are kept for testing. */
    public long seed() {
        return seed;
    }

    /** Tells whether images that cannot be decoded are passed over, instead of failing. */
    public boolean skipBad() {
        return skipBad;
    }

    /** Returns options by which all images are resized. */
    public ImageOptions withSize(ImageSize to) {
        return new ImageOptions(Objects.requireNonNull(to, "size"), testShare, seed, skipBad);
    }

    /**
     * Returns options by which test images are taken from the training images.
     *
     * @param share share of each class, between 0 and 1
     * @param ofSeed decides which images are taken
     */
    public ImageOptions withTestShare(double share, long ofSeed) {
        return new ImageOptions(size, share, ofSeed, skipBad);
    }

    /** Returns options by which images are passed over that cannot be decoded. */
    public ImageOptions withSkipBad() {
        return new ImageOptions(size, testShare, seed, true);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageOptions options && Objects.equals(size, options.size)
                && Objects.equals(testShare, options.testShare) && seed == options.seed && skipBad == options.skipBad;
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, testShare, seed, skipBad);
    }

    @Override
    public String toString() {
        return "size=" + size + ", testShare=" + testShare + ", seed=" + seed + ", skipBad=" + skipBad;
    }
}
