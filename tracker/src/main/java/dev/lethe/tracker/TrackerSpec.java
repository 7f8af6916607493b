package dev.lethe.tracker;

import java.util.Objects;

/**
 * What a history is of: fixed when a tracker is created, and compared when it is resumed.
 *
 * @param examples
 *            examples of the training set, {@code [1, }{@value #MAX_EXAMPLES}{@code ]}; their ids are
 *            {@code [0, examples)}
 * @param epochs
 *            most epochs that can be committed, {@code [1, }{@value #MAX_EPOCHS}{@code ]}; an epoch with repeats takes
 *            the room of one for each of its rounds. A file is sparse, so unused ones take no disk
 * @param fingerprint
 *            of the data set, so that ids cannot be mistaken for those of another one
 * @param configuration
 *            of the training run (model, recipe, seed), so that two runs cannot be mixed in one history
 * @param repeats
 *            what happens to a second presentation of an example in an epoch
 */
public record TrackerSpec(int examples, int epochs, Sha256 fingerprint, Sha256 configuration, Repeats repeats) {
    /** Most examples of a history: their number, rounded up to whole 512-bit vectors, is an {@code int}. */
    public static final int MAX_EXAMPLES = Integer.MAX_VALUE - 511;

    /** Most epochs of a history. */
    public static final int MAX_EPOCHS = 1 << 20;

    /** Checks the ranges. */
    public TrackerSpec {
        if (examples < 1 || examples > MAX_EXAMPLES) {
            throw new IllegalArgumentException("examples=" + examples + " is not in [1, " + MAX_EXAMPLES + "]");
        }
        if (epochs < 1 || epochs > MAX_EPOCHS) {
            throw new IllegalArgumentException("epochs=" + epochs + " is not in [1, " + MAX_EPOCHS + "]");
        }
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(configuration, "configuration");
        Objects.requireNonNull(repeats, "repeats");
    }

    /** A history that refuses repeats. */
    public TrackerSpec(int examples, int epochs, Sha256 fingerprint, Sha256 configuration) {
        this(examples, epochs, fingerprint, configuration, Repeats.REFUSED);
    }

    /** A history whose data set and configuration are not checked. */
    public static TrackerSpec of(int examples, int epochs) {
        return new TrackerSpec(examples, epochs, Sha256.UNSPECIFIED, Sha256.UNSPECIFIED);
    }

    /** The same with another treatment of repeats. */
    public TrackerSpec with(Repeats other) {
        return new TrackerSpec(examples, epochs, fingerprint, configuration, other);
    }
}
