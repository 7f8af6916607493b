package dev.lethe.train.checkpoint;

import dev.lethe.tracker.Sha256;

/**
 * Identity of the run of a checkpoint: only the same run may continue from it.
 *
 * @param model name of the network
 * @param seed seed of all random numbers
 * @param configuration digest of the settings that decide the bits of the run
 * @param data fingerprint of the data set
 */
public record RunIdentity(String model, long seed, Sha256 configuration, Sha256 data) {
    /** Refuses impossible values by a sentence that names them. */
    public RunIdentity {
        if (model.isBlank() || !StrictJson.isWritable(model)) {
            throw new IllegalArgumentException("model='" + CheckpointException.shown(model) + "': a name is needed");
        }
    }

    /**
     * Refuses the checkpoint of another run.
     *
     * @param checkpoint folder of the checkpoint, for messages
     * @param expected run that is to be continued
     * @throws CheckpointException when this identity, found in the checkpoint, is not the expected one; names both
     *         values
     */
    void requireSame(String checkpoint, RunIdentity expected) throws CheckpointException {
        requireSame(checkpoint, "model", model, expected.model);
        requireSame(checkpoint, "data fingerprint", data, expected.data);
        requireSame(checkpoint, "seed", seed, expected.seed);
        requireSame(checkpoint, "configuration hash", configuration, expected.configuration);
    }

    private static void requireSame(String checkpoint, String what, Object found, Object expected)
            throws CheckpointException {
        if (!found.equals(expected)) {
            throw new CheckpointException(checkpoint, "the checkpoint has " + what + "="
                    + CheckpointException.shown(found) + " where this run has " + what + "="
                    + CheckpointException.shown(expected) + ": choose another folder, or move the checkpoint away");
        }
    }
}
