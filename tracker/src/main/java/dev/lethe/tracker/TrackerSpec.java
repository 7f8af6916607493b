package dev.lethe.tracker;

import java.util.Objects;

/**
 * The description of a history: fixed when a tracker is created, and compared when it is resumed.
 *
 * @param examples
 *            the number of examples of the training set, {@code [1, }{@value #MAX_EXAMPLES}{@code ]}; their ids are
 *            {@code [0, examples)}
 * @param epochs
 *            the most epochs that can be committed, {@code [1, }{@value #MAX_EPOCHS}{@code ]}; an epoch with repeats
 *            takes the room of one for each of its rounds. A file is sparse, so that unused epochs take no disk space
 * @param fingerprint
 *            the fingerprint of the data set, so that ids cannot be mistaken for those of another one
 * @param configuration
 *            the hash of the training run's configuration (model, recipe, seed), so that two runs cannot be mixed in
 *            one history
 * @param repeats
 *            the treatment of a second presentation of an example in an epoch
 */
public record TrackerSpec(int examples, int epochs, Sha256 fingerprint, Sha256 configuration, Repeats repeats) {
    /** The most examples of a history: their number, rounded up to whole 512-bit vectors, is an {@code int}. */
    public static final int MAX_EXAMPLES = Integer.MAX_VALUE - 511;

    /** The most epochs of a history. */
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

    /**
     * Describes a history that refuses repeats.
     *
     * @param examples
     *            the number of examples of the training set
     * @param epochs
     *            the most epochs that can be committed
     * @param fingerprint
     *            the fingerprint of the data set
     * @param configuration
     *            the hash of the training run's configuration
     */
    public TrackerSpec(int examples, int epochs, Sha256 fingerprint, Sha256 configuration) {
        this(examples, epochs, fingerprint, configuration, Repeats.REFUSED);
    }

    /**
     * Describes a history whose data set and configuration are not checked.
     *
     * @param examples
     *            the number of examples of the training set
     * @param epochs
     *            the most epochs that can be committed
     */
    public static TrackerSpec of(int examples, int epochs) {
        return new TrackerSpec(examples, epochs, Sha256.UNSPECIFIED, Sha256.UNSPECIFIED);
    }

    /** Returns this description with another treatment of repeats. */
    public TrackerSpec with(Repeats other) {
        return new TrackerSpec(examples, epochs, fingerprint, configuration, other);
    }
}
