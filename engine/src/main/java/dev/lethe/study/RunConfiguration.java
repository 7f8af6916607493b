package dev.lethe.study;

import dev.lethe.kernels.BackendInfo;
import dev.lethe.tracker.Sha256;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that decides the bits of a run's history. */
final class RunConfiguration {
    private RunConfiguration() {}

    /** For {@code config.json}; its hash stands in the history and in checkpoints. */
    static Map<String, Object> of(StudySettings settings, Sha256 fingerprint, BackendInfo backend, String kernels) {
        Map<String, Object> map = new LinkedHashMap<>(settings.asMap());
        map.remove("seeds");
        map.put("seed", settings.training().seed());
        map.put("data_fingerprint", fingerprint.hex());
        map.put("backend", backend.name());
        map.put("kernels", kernels);
        map.put("backend_version", backend.version());
        map.put("instruction_set", backend.instructionSet());
        return map;
    }
}
