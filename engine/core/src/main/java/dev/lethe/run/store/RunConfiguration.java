package dev.lethe.run.store;

import dev.lethe.kernels.BackendInfo;
import dev.lethe.run.ConfigFile;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.Trainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Description of a run, which decides the bits of its history. */
public final class RunConfiguration {
    /** Name of the digest of the data that the run is trained on. */
    public static final String FINGERPRINT = "data_fingerprint";
    /** Name of the digest of the training part of the data set, before a run changes it. */
    public static final String SOURCE_FINGERPRINT = "source_fingerprint";
    /** Name of the digest of the test part of the data set, before a run changes it. */
    public static final String TEST_FINGERPRINT = "test_fingerprint";
    /** Name of the sentences about the reading of the data set. */
    public static final String NOTICES = "data_notices";
    private static final String BACKEND = "backend";
    private static final String DTYPE = "dtype";
    /** Settings in whose place {@code config.json} has the choice that was made for them. */
    static final Set<String> CHOSEN = Set.of(BACKEND, DTYPE);

    private RunConfiguration() {}

    /**
     * Returns the text of {@code config.json}, whose hash stands in the history and in checkpoints.
     *
     * @param settings settings of the run, by name
     * @param fingerprint fingerprint of the data that it is trained on
     */
    public static Map<String, Object> of(Map<String, Object> settings, Sha256 fingerprint, BackendInfo backend,
            Trainer trainer) {
        Map<String, Object> map = new LinkedHashMap<>(settings);
        map.put(FINGERPRINT, fingerprint.hex());
        map.put(BACKEND, backend.name());
        map.put("kernels", trainer.kernels());
        map.put(DTYPE, trainer.activations().label());
        map.put(ConfigFile.CONVOLUTIONS, ConfigFile.labels(trainer.convolutions()));
        map.put("backend_version", backend.version());
        map.put("instruction_set", backend.instructionSet());
        return map;
    }
}
