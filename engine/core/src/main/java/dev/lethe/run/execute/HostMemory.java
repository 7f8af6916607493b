package dev.lethe.run.execute;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory of this machine that this process may still take: what the system has free, and not more than the control
 * groups of Linux that the process is in have left. The files of a process that the system may drop count as free.
 */
final class HostMemory {
    private static final long KIBIBYTE = 1024;

    private final Path root;

    /** Reads this machine. */
    HostMemory() {
        this(Path.of("/"));
    }

    /**
     * Reads the files of a system.
     *
     * @param root folder that holds {@code proc} and {@code sys}
     */
    HostMemory(Path root) {
        this.root = root;
    }

    /** Returns how many bytes are free now. */
    long freeBytes() {
        long free = field(root.resolve("proc/meminfo"), "MemAvailable:")
                .stream().map(kibibytes -> kibibytes * KIBIBYTE).findFirst()
                .orElseGet(() -> ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getFreeMemorySize());
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3); // hierarchy:controllers:path
            if (parts.length == 3 && (parts[1].isEmpty() || List.of(parts[1].split(",")).contains("memory"))) {
                free = Math.min(free, left(parts[1].isEmpty() ? Version.TWO : Version.ONE, parts[2]));
            }
        }
        return free;
    }

    /** Returns what a group and those around it leave; the largest number where none of them limits anything. */
    private long left(Version version, String group) {
        Path mounted = root.resolve(version.mount);
        Path inside = mounted.resolve(group.substring(1)).normalize();
        // in a container the path may be the host's, and the container's own group stands at the mount
        Path folder = inside.startsWith(mounted) && Files.isDirectory(inside) ? inside : mounted;
        long left = Long.MAX_VALUE;
        for (Path at = folder; at != null && at.startsWith(mounted); at = at.getParent()) {
            OptionalLong limit = number(at.resolve(version.limit));
            OptionalLong usage = number(at.resolve(version.usage));
            if (limit.isPresent() && usage.isPresent()) {
                long droppable = field(at.resolve("memory.stat"), version.inactiveFiles).orElse(0);
                left = Math.min(left, Math.max(0, limit.getAsLong() - (usage.getAsLong() - droppable)));
            }
        }
        return left;
    }

    /** Names of the files in the two versions of control groups. */
    private enum Version {
        ONE("sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"), TWO(
                "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file");

        private final String mount;
        private final String limit;
        private final String usage;
        private final String inactiveFiles;

        Version(String mount, String limit, String usage, String inactiveFiles) {
            this.mount = mount;
            this.limit = limit;
            this.usage = usage;
            this.inactiveFiles = inactiveFiles;
        }
    }

    private static OptionalLong number(Path file) {
        return lines(file).stream().limit(1).flatMapToLong(line -> parse(line).stream()).findFirst();
    }

    /** Returns the number that follows a name at the beginning of a line. */
    private static OptionalLong field(Path file, String name) {
        return lines(file).stream().map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 1 && words[0].equals(name))
                .flatMapToLong(words -> parse(words[1]).stream()).findFirst();
    }

    /** Parses a number; a group without a limit has the word max instead. */
    private static OptionalLong parse(String text) {
        String word = text.strip();
        return word.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(word)) : OptionalLong.empty();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.isReadable(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException _) { // a group may vanish between the question and the answer; then it limits nothing
            return List.of();
        }
    }
}
