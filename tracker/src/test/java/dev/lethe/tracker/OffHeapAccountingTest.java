package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.tracker.ChildJvm.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The return of everything that is opened: after a thousand cycles a process holds what it held before, however they
 * end. A tracker and its history of these cycles take about 250 KB.
 */
@Tag("slow")
class OffHeapAccountingTest {
    /** The growth that is allowed in the JVM's own count of what programs allocate: a byte for each cycle. */
    private static final long OFF_HEAP_TOLERANCE = OffHeapProcess.CYCLES;
    /**
     * The growth that is allowed in the system's count, to which collector, compiler and allocator contribute: 8 KiB
     * for each cycle.
     */
    private static final long RESIDENT_TOLERANCE = 8192L * OffHeapProcess.CYCLES;
    private static final int SECONDS = 120;

    private MemoryFolder folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = new MemoryFolder();
    }

    @AfterEach
    void deleteFolder() throws IOException {
        folder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "refusals"})
    @Timeout(180)
    void shouldHoldNoMoreAfterAThousandCycles(String cycles) throws Exception {
        assertHoldsNoMore(cycles);
    }

    @Test
    @Timeout(180)
    void shouldHoldNoMoreAfterAThousandFiles() throws Exception {
        assertHoldsNoMore("file");
    }

    private void assertHoldsNoMore(String cycles) throws Exception {
        assumeTrue(ProcessUsage.known(), "needs /proc, which only Linux has");
        Path log = folder.newFile();
        List<String> command = ChildJvm.command(48, OffHeapProcess.class, cycles, log.getParent());
        command.add(command.indexOf("-cp"), "-XX:NativeMemoryTracking=summary");
        Ended ended = ChildJvm.run(command, log, SECONDS).requireSuccess();
        assertEquals(ended.value("before.files"), ended.value("after.files"), ended.toString());
        assertEquals("0", ended.value("after.mapped"), ended.toString());
        assertTrue(growth(ended, "offHeap") <= OFF_HEAP_TOLERANCE, ended.toString());
        assertTrue(growth(ended, "resident") <= RESIDENT_TOLERANCE, ended.toString());
    }

    private static long growth(Ended ended, String what) {
        return Long.parseLong(ended.value("after." + what)) - Long.parseLong(ended.value("before." + what));
    }
}
