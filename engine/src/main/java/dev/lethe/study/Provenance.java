package dev.lethe.study;

import dev.lethe.kernels.BackendInfo;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** What results depend on beside their settings. */
public final class Provenance {
    private Provenance() {}

    /** The version of Lethe. */
    public static String version() {
        try (InputStream stream = Provenance.class.getResourceAsStream("/dev/lethe/cli/version.properties")) {
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("the version cannot be read from the jar", e);
        }
    }

    /** The flags that this JVM was started with. */
    public static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    static Map<String, Object> of(Sha256 fingerprint, BackendInfo backend, TrackedRun run) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("lethe", version());
        map.put("data_fingerprint", fingerprint.hex());
        map.put("backend", backend.name());
        map.put("kernels", run.kernels());
        map.put("dtype", run.activations().label());
        map.put(ConfigFile.CONVOLUTIONS, ConfigFile.labels(run.convolutions()));
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
