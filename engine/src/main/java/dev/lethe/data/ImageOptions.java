package dev.lethe.data;

import java.util.Optional;

/**
 * How a folder of images becomes a data set; the other layouts leave nothing to choose.
 *
 * @param size to resize all images to; without it they must be of one size
 * @param testShare share of each class's training images that is kept for testing, between 0 and 1; without it the
 *        folder has test images
 * @param seed which of them are kept
 * @param skipBad whether to pass over images that cannot be decoded, instead of failing
 */
public record ImageOptions(Optional<ImageSize> size, Optional<Double> testShare, long seed, boolean skipBad) {
    /** Images as they are, test images from the folder, none skipped. */
    public static final ImageOptions NONE = new ImageOptions(Optional.empty(), Optional.empty(), 0, false);

    public ImageOptions {
        testShare.ifPresent(share -> {
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("testShare=" + share + ": it lies between 0 and 1");
            }
        });
    }

    /** With all images resized. */
    public ImageOptions withSize(ImageSize to) {
        return new ImageOptions(Optional.of(to), testShare, seed, skipBad);
    }

    /** With test images taken from the training images. */
    public ImageOptions withTestShare(double share, long ofSeed) {
        return new ImageOptions(size, Optional.of(share), ofSeed, skipBad);
    }

    /** With images passed over that cannot be decoded. */
    public ImageOptions withSkipBad() {
        return new ImageOptions(size, testShare, seed, true);
    }
}
