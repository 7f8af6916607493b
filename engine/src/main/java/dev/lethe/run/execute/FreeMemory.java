package dev.lethe.run.execute;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory can be had without swapping. */
final class FreeMemory {
    private static final Logger LOG = LoggerFactory.getLogger(FreeMemory.class);
    private static final Path LINUX = Path.of("/proc/meminfo");
    private static final String AVAILABLE = "MemAvailable:";
    private static final long KIB = 1024;

    private FreeMemory() {}

    /** Bytes; on Linux with the pages of files that the system would give up. */
    static long bytes() {
        long free = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getFreeMemorySize();
        if (Files.isReadable(LINUX)) {
            try {
                List<String> lines = Files.readAllLines(LINUX);
                return lines.stream().filter(line -> line.startsWith(AVAILABLE))
                        .mapToLong(line -> KIB * Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(free);
            } catch (IOException e) {
                LOG.debug("{} cannot be read", LINUX, e);
            }
        }
        return free;
    }
}
