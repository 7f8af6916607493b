package dev.lethe.tracker.plane;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** The flags of the HotSpot JVM that runs this, as its management interface tells them. */
final class HotSpotFlags {
    private HotSpotFlags() {}

    /**
     * Returns the value of a flag; empty where the JVM has no such flag, where it must be unlocked and is not, and in
     * Java runtimes without the module {@code jdk.management}.
     */
    static Optional<String> value(String name) {
        try {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean == null ? Optional.empty() : Optional.of(bean.getVMOption(name).getValue());
        } catch (IllegalArgumentException | LinkageError e) {
            return Optional.empty(); // no such flag; no such module
        }
    }
}
