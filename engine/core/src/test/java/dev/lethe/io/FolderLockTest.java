package dev.lethe.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final String NAME = "run.lock";

    @TempDir
    private Path folder;

    @Test
    void shouldBeHeldByOneThreadAtATime() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> most = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                most.add(threads.submit(() -> {
                    int seen = 0;
                    for (int i = 0; i < 200; i++) {
                        try (FolderLock _ = FolderLock.acquire(folder, NAME)) {
                            seen = Math.max(seen, holders.incrementAndGet());
                            holders.decrementAndGet();
                        }
                    }
                    return seen;
                }));
            }
            for (Future<Integer> seen : most) {
                assertEquals(1, seen.get());
            }
        }
    }

    @Test
    void shouldSayThatAnotherThreadHasIt() throws IOException {
        FolderLock held = FolderLock.tryAcquire(folder, NAME).orElseThrow();
        assertTrue(FolderLock.tryAcquire(folder, NAME).isEmpty());
        assertFalse(systemLockIsFree());
        held.close();
        held.close();
        FolderLock.tryAcquire(folder, NAME).orElseThrow().close();
        assertTrue(systemLockIsFree());
    }

    /** Says whether another process could take the lock, by the table that the JVM keeps of its own. */
    private boolean systemLockIsFree() throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(NAME), StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false;
        }
    }
}
