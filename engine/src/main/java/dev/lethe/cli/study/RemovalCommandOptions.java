package dev.lethe.cli.study;

import dev.lethe.study.removal.RemovalOptions;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How examples are removed: options of studies that do so. */
final class RemovalCommandOptions {
    /** How long runs on fewer examples train. */
    enum Protocol {
        EPOCHS, ITERATIONS;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--shares", split = ",", paramLabel = "SHARE", defaultValue = "0.25,0.5,0.75,0.9",
            description = "Of the training images, to be removed. Default: ${DEFAULT-VALUE}.")
    private List<Double> shares;

    @Option(names = "--protocol", defaultValue = "epochs", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: whether runs on fewer images have as many epochs as on all, as in "
                    + "the paper, or as many steps. Default: ${DEFAULT-VALUE}.")
    private Protocol protocol;

    @Option(names = "--class-floor", defaultValue = "0", paramLabel = "N",
            description = "Images of each class that stay in any case. Default: ${DEFAULT-VALUE}; a class of which "
                    + "none is left is warned of.")
    private int classFloor;

    /**
     * The options as studies take them.
     *
     * @throws IllegalArgumentException when one of them cannot be
     */
    RemovalOptions options() {
        return new RemovalOptions(shares, classFloor, protocol == Protocol.ITERATIONS);
    }
}
