package dev.lethe.cli.options;

import dev.lethe.data.Colour;
import dev.lethe.data.DataOptions;
import dev.lethe.data.ImageOptions;
import dev.lethe.data.SampleLevels;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for reading a data set, of every command that reads one. */
public final class ReadingOptions {
    @Option(names = "--resize", paramLabel = "SIDE|WxH|short:S+crop:C",
            description = "Resize images to this size, or their short side to S, and crop the centre. Without it "
                    + "they must be of one size.")
    private Optional<String> resize;

    @Option(names = "--orientation", paramLabel = "exif|stored",
            description = "Turn images as cameras noted in them, or leave them as stored. Default: exif.")
    private Optional<Orientation> orientation;

    @Option(names = "--background", paramLabel = "COLOUR",
            description = "Colour behind transparent pixels: white, black or RRGGBB. Default: white.")
    private Optional<String> background;

    @Option(names = "--levels", paramLabel = "LOW-HIGH",
            description = "Values of 16-bit images that become black and white. Default: the range of gray training "
                    + "images if they need fewer bits, else all.")
    private Optional<String> levels;

    @Option(names = "--test-share", paramLabel = "SHARE",
            description = "Keep this share of each class's training images for testing, where it has no others.")
    private Optional<Double> testShare;

    @Option(names = "--split-seed", paramLabel = "N",
            description = "Seed that decides which images --test-share keeps. Default: 0.")
    private Optional<Long> splitSeed;

    @Option(names = "--skip-bad", description = "Leave out images that cannot be decoded, and list them.")
    private boolean skipBad;

    @Option(names = "--strict",
            description = "Refuse a data set of which anything is passed over, converted or guessed.")
    private boolean strict;

    @Option(names = "--labels", paramLabel = "FILE",
            description = "Other training labels: one a line, or id,label, or file,label; or .npy.")
    private Optional<Path> labels;

    /** Orientations of images, in the words of the option. */
    enum Orientation {
        /** The orientation that the camera noted. */
        EXIF,
        /** The orientation in which pixels are stored. */
        STORED
    }

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException when one of them has an impossible value
     */
    public DataOptions chosen() {
        if (splitSeed.isPresent() && testShare.isEmpty()) {
            throw new IllegalArgumentException("--split-seed=" + splitSeed.get()
                    + " decides which images --test-share keeps: give that too");
        }
        ImageOptions images = skipBad ? ImageOptions.NONE.withSkipBad() : ImageOptions.NONE;
        if (resize.isPresent()) {
            images = images.resized(resize.get());
        }
        if (orientation.filter(Orientation.STORED::equals).isPresent()) {
            images = images.withStoredOrientation();
        }
        if (background.isPresent()) {
            images = images.withBackground(Colour.parse(background.get()));
        }
        if (levels.isPresent()) {
            images = images.withLevels(SampleLevels.parse(levels.get()));
        }
        if (testShare.isPresent()) {
            images = images.withTestShare(testShare.get(), splitSeed.orElse(0L));
        }
        DataOptions options = (strict ? DataOptions.NONE.withStrict() : DataOptions.NONE).withImages(images);
        return labels.map(options::withLabels).orElse(options);
    }
}
