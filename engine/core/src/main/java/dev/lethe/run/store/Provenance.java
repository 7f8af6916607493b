package dev.lethe.run.store;

import dev.lethe.kernels.BackendInfo;
import dev.lethe.run.ConfigFile;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.Trainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Facts that results depend on beside their settings: versions, the machine, the JVM. */
public final class Provenance {
    private Provenance() {}

    /** Returns the version of Lethe. */
    public static String version() {
        try (InputStream stream = Provenance.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("the version cannot be read from the jar", e);
        }
    }

    /** Returns the flags that this JVM was started with. */
    public static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    /** Returns the facts that the results of a run depend on. */
    public static Map<String, Object> of(Sha256 fingerprint, BackendInfo backend, Trainer trainer) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("lethe", version());
        map.put("data_fingerprint", fingerprint.hex());
        map.put("backend", backend.name());
        map.put("kernels", trainer.kernels());
        map.put("dtype", trainer.activations().label());
        map.put(ConfigFile.CONVOLUTIONS, ConfigFile.labels(trainer.convolutions()));
        map.put("backend_version", backend.version());
        map.put("instruction_set", backend.instructionSet());
        map.put("processor", backend.device());
        map.put("threads", backend.threads());
        map.put("java", System.getProperty("java.vm.vendor") + " " + Runtime.version());
        map.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        map.put("flags", flags());
        return map;
    }
}
