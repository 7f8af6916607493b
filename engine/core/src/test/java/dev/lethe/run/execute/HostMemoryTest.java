package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Systems made of the files that Linux shows. */
class HostMemoryTest {
    private static final long GIB = 1L << 30;

    @TempDir
    private Path root;

    @BeforeEach
    void writeMemory() throws IOException {
        write("proc/meminfo", "MemTotal:  67108864 kB\nMemFree:   1024 kB\nMemAvailable:   33554432 kB\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private long free() {
        return new HostMemory(root).freeBytes();
    }

    @Test
    void shouldSayWhatTheSystemHasWithoutGroups() {
        assertEquals(32 * GIB, free());
    }

    @Test
    void shouldStayWithinAGroupOfTheSecondVersion() throws IOException {
        write("proc/self/cgroup", "0::/kubepods/pod1\n");
        write("sys/fs/cgroup/kubepods/pod1/memory.max", 8 * GIB + "\n");
        write("sys/fs/cgroup/kubepods/pod1/memory.current", 5 * GIB + "\n");
        write("sys/fs/cgroup/kubepods/pod1/memory.stat", "anon 1\ninactive_file " + 2 * GIB + "\nactive_file 7\n");
        assertEquals(5 * GIB, free(), "what the kernel may drop counts as free");
    }

    @Test
    void shouldStayWithinTheGroupsAround() throws IOException {
        write("proc/self/cgroup", "0::/slice/service\n");
        write("sys/fs/cgroup/slice/service/memory.max", "max\n");
        write("sys/fs/cgroup/slice/service/memory.current", GIB + "\n");
        write("sys/fs/cgroup/slice/memory.max", 6 * GIB + "\n");
        write("sys/fs/cgroup/slice/memory.current", 4 * GIB + "\n");
        assertEquals(2 * GIB, free());
    }

    /** A container sees its own group at the mount, while the path may be the host's. */
    @Test
    void shouldFindTheGroupOfAContainerAtTheMount() throws IOException {
        write("proc/self/cgroup", "12:memory:/docker/0123456789ab\n11:cpu:/docker/0123456789ab\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 8 * GIB + "\n");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", 6 * GIB + "\n");
        write("sys/fs/cgroup/memory/memory.stat", "cache 5\ntotal_inactive_file " + GIB + "\n");
        assertEquals(3 * GIB, free());
    }

    @Test
    void shouldKnowThatAGroupWithoutALimitLimitsNothing() throws IOException {
        write("proc/self/cgroup", "4:cpu,memory:/a\n");
        write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/a/memory.usage_in_bytes", 6 * GIB + "\n");
        assertEquals(32 * GIB, free());
    }

    @Test
    void shouldSayNothingIsFreeInAGroupThatIsFull() throws IOException {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", GIB + "\n");
        write("sys/fs/cgroup/memory.current", GIB + 4096 + "\n");
        assertEquals(0, free());
    }

    @Test
    void shouldIgnoreFilesOfAnotherForm() throws IOException {
        write("proc/self/cgroup", "nonsense\n0::/../../etc\n");
        write("sys/fs/cgroup/memory.max", "lots\n");
        assertEquals(32 * GIB, free());
    }

    @Test
    void shouldAskTheJvmWhereThereIsNoLinux() throws IOException {
        Files.delete(root.resolve("proc/meminfo"));
        assertTrue(free() > 0);
    }
}
