package dev.lethe.tracker;

import static dev.lethe.tracker.HistoryAssertions.assertHolds;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConcurrentRecordingTest {

    private interface Share {
        void record(int thread) throws Exception;
    }

    /** Runs the share of every thread at the same time, and fails if one of them fails. */
    private static void together(ExecutorService threads, int count, Share share) throws Exception {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int thread = i;
            tasks.add(() -> {
                start.await();
                share.record(thread);
                return null;
            });
        }
        for (Future<Void> done : threads.invokeAll(tasks)) {
            done.get();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void shouldLoseNothingWhenThreadsShareEveryWord(int count) throws Exception {
        RandomRun run = RandomRun.sampled(2000, 30, 0.9, count);
        try (ExecutorService threads = Executors.newFixedThreadPool(count);
                ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            for (List<Presentation> epoch : run.epochs()) {
                together(threads, count, thread -> RandomRun.record(
                        epoch.stream().filter(p -> p.example() % count == thread).toList(), tracker));
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertHolds(run, run.epochs().size(), history);
            }
        }
    }

    @Test
    void shouldLoseNothingWhenBatchesOfTwoThreadsMeetInAWord() throws Exception {
        RandomRun run = RandomRun.full(1000, 40, 3);
        run.epochs().forEach(epoch -> epoch.sort((a, b) -> Integer.compare(a.example(), b.example())));
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec());
                Arena arena = Arena.ofShared()) {
            for (List<Presentation> epoch : run.epochs()) {
                PresentationColumns columns = BatchRecordingTest.columns(epoch, 0, arena);
                together(threads, 2, thread -> {
                    for (int first = thread * 10; first < 1000; first += 20) {
                        tracker.record(columns, first, 10);
                    }
                });
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertHolds(run, run.epochs().size(), history);
            }
        }
    }

    /** Covers one thread after the other, as their callers order them. */
    @Test
    void shouldRefuseWhatAnotherThreadHasPresented() throws Exception {
        int examples = 2000;
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(examples, 1))) {
            threads.submit(() -> recordAll(tracker, examples)).get();
            assertEquals(examples, threads.submit(() -> refusals(tracker, examples)).get());
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertEquals(new EpochTotals(examples, examples, true), history.totals(1));
                for (int example = 0; example < examples; example++) {
                    assertEquals(1, history.sum(RunningSum.LOSS, example));
                }
            }
        }
    }

    private static void recordAll(ForgettingTracker tracker, int examples) {
        for (int example = 0; example < examples; example++) {
            tracker.record(example, true, 1, 1, 1, 1);
        }
    }

    private static int refusals(ForgettingTracker tracker, int examples) {
        int refusals = 0;
        for (int example = 0; example < examples; example++) {
            try {
                tracker.record(example, false, 1, 1, 1, 1);
            } catch (IllegalStateException e) {
                refusals += e.getMessage().contains("example=" + example + " was presented before") ? 1 : 0;
            }
        }
        return refusals;
    }

    @Test
    void shouldPutAPresentationThatOverlapsACommitIntoOneEpoch() throws Exception {
        int examples = 20_000;
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(examples, 5000))) {
            together(threads, 2, thread -> {
                if (thread == 0) {
                    for (int example = 0; example < examples; example++) {
                        tracker.record(example, example % 3 == 0, 1, 1, 1, 1);
                    }
                    done.set(true);
                } else {
                    while (!done.get() && tracker.committedEpochs() < 4999) {
                        tracker.commitEpoch();
                    }
                }
            });
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                assertOncePresented(history);
            }
        }
    }

    private static void assertOncePresented(History history) throws IOException {
        long presentations = 0;
        long correct = 0;
        for (int epoch = 0; epoch < history.epochs(); epoch++) {
            presentations += history.totals(epoch + 1).presentations();
            correct += history.totals(epoch + 1).correct();
        }
        assertEquals(history.examples(), presentations);
        assertEquals((history.examples() + 2) / 3, correct);
        for (int example = 0; example < history.examples(); example++) {
            assertEquals(1, history.sum(RunningSum.MARGIN, example));
        }
    }
}
