package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.tracker.ChildJvm.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trackers in JVMs without usable kernels: each try is refused with the same reason, and leaves nothing behind. */
@Timeout(60)
class UnusableKernelsTest {
    private static final String VECTOR_MODULE = "--add-modules=jdk.incubator.vector";

    @TempDir
    private Path folder;

    /** Checks the refusals in {@link UnusableKernelsProcess}, on a folder with one history. */
    private void assertRefused(String reason, Path tracker, String... options) throws Exception {
        assumeTrue(ProcessUsage.known(), "needs /proc, which only Linux has");
        Path histories = Files.createDirectory(folder.resolve("histories"));
        ForgettingTracker.create(histories.resolve(UnusableKernelsProcess.OLD), UnusableKernelsProcess.SPEC).close();
        List<String> all = Stream.concat(Arrays.stream(options),
                Stream.of("-cp", ChildJvm.classPath(tracker, UnusableKernelsProcess.class))).toList();
        Ended ended = ChildJvm.run(ChildJvm.command(all, UnusableKernelsProcess.class.getName(), histories),
                folder.resolve("child.txt"), 30).requireSuccess();
        for (int i = 0; i < UnusableKernelsProcess.TRIES; i++) {
            for (String use : List.of("choice", "create", "resume", "memory")) {
                assertEquals("java.lang.IllegalStateException: " + reason, ended.value(use + i), use);
            }
        }
        assertEquals("0", ended.value("opened"), "files that stayed open");
        assertEquals("[old.lethe, old.lethe.lock]", ended.value("files"));
        assertEquals("true", ended.value("unlocked"));
    }

    @Test
    void shouldRefuseUnknownKernelsEveryTime() throws Exception {
        assertRefused("lethe.tracker.kernels=avx: choose auto, vector or scalar",
                ChildJvm.location(ForgettingTracker.class), "-Dlethe.tracker.kernels=avx", VECTOR_MODULE);
    }

    @Test
    void shouldRefuseForcedKernelsThatCannotRunEveryTime() throws Exception {
        assertRefused("the vector kernels need the module jdk.incubator.vector: start java with "
                + "--add-modules=jdk.incubator.vector, or set lethe.tracker.kernels=scalar",
                ChildJvm.location(ForgettingTracker.class), "-Dlethe.tracker.kernels=vector");
    }

    @Test
    void shouldRefuseAnArchiveWithoutItsServiceFileEveryTime() throws Exception {
        assertRefused("the vector kernels are missing from the class path: META-INF/services/"
                + "dev.lethe.tracker.plane.PlaneKernels was lost, merge service files when repackaging, or set "
                + "lethe.tracker.kernels=scalar",
                copyWithout("META-INF"), VECTOR_MODULE);
    }

    @Test
    void shouldRefuseAnArchiveWithoutTheClassesOfItsServiceFileEveryTime() throws Exception {
        assertRefused("the vector kernels cannot be loaded, dev.lethe.tracker.plane.PlaneKernels: Provider "
                + "dev.lethe.tracker.simd.VectorPlaneKernels not found: keep the classes of META-INF/services/"
                + "dev.lethe.tracker.plane.PlaneKernels when repackaging, or set lethe.tracker.kernels=scalar",
                copyWithout("simd"), VECTOR_MODULE);
    }

    /** Copies the tracker's classes without those whose path has a text in it, as a careless repackaging would. */
    private Path copyWithout(String lost) throws IOException {
        Path from = ChildJvm.location(ForgettingTracker.class);
        Path to = folder.resolve("repackaged");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = from.relativize(file);
                if (!relative.toString().contains(lost)) {
                    Files.createDirectories(to.resolve(relative).getParent());
                    Files.copy(file, to.resolve(relative));
                }
            }
        }
        return to;
    }
}
