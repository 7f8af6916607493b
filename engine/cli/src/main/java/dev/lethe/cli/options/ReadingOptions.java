package dev.lethe.cli.options;

import dev.lethe.data.DataOptions;
import dev.lethe.data.ImageOptions;
import dev.lethe.data.ImageSize;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for reading a data set, of every command that reads one. */
public final class ReadingOptions {
    @Option(names = "--resize", paramLabel = "SIDE|WxH",
            description = "Resize images to this width and height. Without it they must be of one size.")
    private Optional<String> resize;

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
            description = "Other training labels: one a line, or id,label; or .npy.")
    private Optional<Path> labels;

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
            images = images.withSize(ImageSize.parse(resize.get()));
        }
        if (testShare.isPresent()) {
            images = images.withTestShare(testShare.get(), splitSeed.orElse(0L));
        }
        DataOptions options = (strict ? DataOptions.NONE.withStrict() : DataOptions.NONE).withImages(images);
        return labels.map(options::withLabels).orElse(options);
    }
}
