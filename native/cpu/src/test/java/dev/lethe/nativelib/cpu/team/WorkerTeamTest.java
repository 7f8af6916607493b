package dev.lethe.nativelib.cpu.team;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60) // a team that waits for ever fails
class WorkerTeamTest {
    private static final Runnable NOTHING = () -> {};

    private static Set<Thread> workers() {
        Set<Thread> workers = new HashSet<>(Thread.getAllStackTraces().keySet());
        workers.removeIf(thread -> !thread.getName().startsWith("lethe-worker-"));
        return workers;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void shouldRunEveryPartOnceOnAThreadOfItsOwn(int size) {
        try (WorkerTeam team = new WorkerTeam(size, NOTHING)) {
            assertEquals(size, team.size());
            AtomicIntegerArray runs = new AtomicIntegerArray(size);
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            for (int task = 1; task <= 100; task++) {
                team.run(worker -> {
                    runs.incrementAndGet(worker);
                    threads.add(Thread.currentThread());
                });
                for (int worker = 0; worker < size; worker++) {
                    assertEquals(task, runs.get(worker), "when run returns, worker " + worker + " is done");
                }
            }
            assertEquals(size, threads.size());
            assertTrue(threads.contains(Thread.currentThread()), "the caller is worker 0");
        }
    }

    @Test
    void shouldHaveNoThreadsInATeamOfOne() {
        Set<Thread> before = workers();
        try (WorkerTeam team = new WorkerTeam(1, NOTHING)) {
            assertEquals(before, workers());
            team.run(_ -> team.await()); // nobody to wait for
            IllegalStateException failure = new IllegalStateException("mine");
            assertSame(failure, assertThrows(IllegalStateException.class, () -> team.run(_ -> {
                throw failure;
            })));
            AtomicInteger after = new AtomicInteger();
            team.run(_ -> after.incrementAndGet());
            assertEquals(1, after.get());
        }
    }

    /** Each worker writes before a barrier what all read after it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7})
    void shouldLetNobodyPassABarrierBeforeAllHaveCome(int size) {
        try (WorkerTeam team = new WorkerTeam(size, NOTHING)) {
            int rounds = 200;
            int[][] written = new int[rounds][size];
            AtomicInteger missing = new AtomicInteger();
            team.run(worker -> {
                for (int[] round : written) {
                    round[worker] = 1;
                    team.await();
                    for (int mark : round) {
                        missing.addAndGet(1 - mark);
                    }
                }
            });
            assertEquals(0, missing.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldThrowTheFailureOfAWorkerAndGoOn(int failing) {
        try (WorkerTeam team = new WorkerTeam(3, NOTHING)) {
            Error failure = new AssertionError("worker " + failing);
            assertSame(failure, assertThrows(AssertionError.class, () -> team.run(worker -> {
                if (worker == failing) {
                    throw failure;
                }
            })));
            AtomicIntegerArray runs = new AtomicIntegerArray(3);
            team.run(worker -> {
                team.await();
                runs.incrementAndGet(worker);
            });
            assertArrayEquals(new int[]{1, 1, 1}, new int[]{runs.get(0), runs.get(1), runs.get(2)});
        }
    }

    /** The others wait at a barrier for a worker that will never come. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldNotLetWorkersWaitForOneThatFailed(int failing) {
        try (WorkerTeam team = new WorkerTeam(3, NOTHING)) {
            for (int repeat = 0; repeat < 50; repeat++) { // whatever a barrier was left at, the next task has its own
                RuntimeException failure = new IllegalArgumentException("worker " + failing);
                assertSame(failure, assertThrows(IllegalArgumentException.class, () -> team.run(worker -> {
                    if (worker == failing) {
                        throw failure;
                    }
                    team.await();
                })));
                AtomicInteger passed = new AtomicInteger();
                team.run(_ -> {
                    team.await();
                    team.await();
                    passed.incrementAndGet();
                });
                assertEquals(3, passed.get());
            }
        }
    }

    @Test
    void shouldWrapAFailureThatNobodyDeclares() {
        try (WorkerTeam team = new WorkerTeam(2, NOTHING)) {
            Exception failure = new Exception("checked");
            IllegalStateException thrown = assertThrows(IllegalStateException.class,
                    () -> team.run(_ -> WorkerTeamTest.<RuntimeException>sneak(failure)));
            assertSame(failure, thrown.getCause());
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> void sneak(Exception failure) throws E {
        throw (E) failure;
    }

    /** Closing waits for the task that runs, and ends all threads; a second time does nothing. */
    @Test
    void shouldCloseAfterTheTaskThatRuns() throws InterruptedException {
        Set<Thread> before = workers();
        WorkerTeam team = new WorkerTeam(3, NOTHING);
        CountDownLatch running = new CountDownLatch(3);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                team.run(_ -> {
                    running.countDown();
                    await(go);
                    team.await();
                    done.incrementAndGet();
                });
            } catch (RuntimeException | Error e) {
                failure.set(e);
            }
        });
        running.await();
        Thread closer = Thread.ofPlatform().start(team::close);
        while (closer.getState() != Thread.State.BLOCKED) {
            assertTrue(closer.isAlive(), "closed under a task that runs");
            Thread.onSpinWait();
        }
        assertEquals(0, done.get());
        go.countDown();
        caller.join();
        closer.join();
        assertEquals(null, failure.get());
        assertEquals(3, done.get());
        assertEquals(before, workers());
        team.close();
        assertEquals("this worker team is closed",
                assertThrows(IllegalStateException.class, () -> team.run(_ -> {})).getMessage());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in a test", e);
        }
    }

    @Test
    void shouldCloseWhenItsCallerIsInterrupted() {
        Set<Thread> before = workers();
        WorkerTeam team = new WorkerTeam(3, NOTHING);
        Thread.currentThread().interrupt();
        team.close();
        assertTrue(Thread.interrupted(), "the interrupt is kept for the caller");
        assertEquals(before, workers());
    }

    @Test
    void shouldLetCallersTakeTurns() throws InterruptedException {
        try (WorkerTeam team = new WorkerTeam(2, NOTHING)) {
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            Runnable call = () -> {
                for (int i = 0; i < 200; i++) {
                    team.run(worker -> {
                        if (worker == 0) {
                            overlaps.addAndGet(inside.getAndIncrement());
                        }
                        team.await();
                        if (worker == 0) {
                            inside.decrementAndGet();
                        }
                        team.await();
                    });
                }
            };
            Thread other = Thread.ofPlatform().start(call);
            call.run();
            other.join();
            assertEquals(0, overlaps.get());
        }
    }

    @Test
    void shouldPrepareEveryThreadBeforeItsFirstPart() {
        Set<Thread> prepared = ConcurrentHashMap.newKeySet();
        try (WorkerTeam team = new WorkerTeam(3, () -> prepared.add(Thread.currentThread()))) {
            AtomicInteger unprepared = new AtomicInteger();
            team.run(_ -> unprepared.addAndGet(prepared.contains(Thread.currentThread()) ? 0 : 1));
            assertEquals(0, unprepared.get());
            assertFalse(prepared.isEmpty());
        }
    }
}
