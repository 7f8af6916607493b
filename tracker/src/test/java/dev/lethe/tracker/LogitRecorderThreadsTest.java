package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The thread of a recorder, which is the first that records with it. */
class LogitRecorderThreadsTest {

    /** A form in which one presentation of example 1, predicted right, is recorded. */
    private enum Form {
        ONE {
            @Override
            void record(LogitRecorder recorder) {
                recorder.record(1, new float[]{2, 1}, 0);
            }
        },
        ARRAYS {
            @Override
            void record(LogitRecorder recorder) {
                recorder.record(new int[]{1}, new float[]{2, 1}, new int[]{0});
            }
        },
        MEMORY {
            @Override
            void record(LogitRecorder recorder) {
                recorder.record(MemorySegment.ofArray(new int[]{1}), MemorySegment.ofArray(new float[]{2, 1}),
                        MemorySegment.ofArray(new int[]{0}), 0, 1);
            }
        };

        abstract void record(LogitRecorder recorder);
    }

    private static TrackerSpec spec() {
        return TrackerSpec.of(3, 9).with(Repeats.KEPT);
    }

    /** Runs work in a thread, waits for its end, and returns what it threw, or null. */
    private static Throwable thrownIn(Thread.Builder builder, Runnable work) throws InterruptedException {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = builder.start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                thrown.set(e);
            }
        });
        thread.join();
        return thrown.get();
    }

    private static void assertPresentations(int expected, ForgettingTracker tracker) throws IOException {
        tracker.commitEpoch();
        try (History history = tracker.history()) {
            assertEquals(expected, history.totals(1).presentations());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldRefuseASecondThreadByTheNamesOfBoth(Form form) throws Exception {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(spec())) {
            LogitRecorder recorder = tracker.logitRecorder(2);
            form.record(recorder);
            Thread here = Thread.currentThread();
            for (Form other : Form.values()) {
                Throwable thrown = thrownIn(Thread.ofPlatform().name("second"), () -> other.record(recorder));
                String message = assertInstanceOf(IllegalStateException.class, thrown).getMessage();
                assertTrue(message.startsWith("recorder of thread='" + here.getName() + "' (#" + here.threadId()
                        + ") is used by thread='second' (#")
                        && message.endsWith(": it serves the first thread that records with it, make one for each"),
                        message);
            }
            form.record(recorder);
            assertPresentations(2, tracker);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldServeTheFirstThreadThatRecordsAndNotTheOneThatMadeIt(Form form) throws Exception {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(spec())) {
            LogitRecorder recorder = tracker.logitRecorder(2);
            assertNull(thrownIn(Thread.ofVirtual(), () -> form.record(recorder)));
            String message = assertThrows(IllegalStateException.class, () -> form.record(recorder)).getMessage();
            assertTrue(message.startsWith("recorder of thread='' (#"), message);
            assertPresentations(1, tracker);
        }
    }

    /** Checks that a recorder which was refused for another reason belongs to the thread that was refused. */
    @Test
    void shouldBelongToAThreadWhosePresentationWasRefused() throws Exception {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(spec())) {
            LogitRecorder recorder = tracker.logitRecorder(2);
            assertThrows(IndexOutOfBoundsException.class, () -> recorder.record(3, new float[]{2, 1}, 0));
            assertInstanceOf(IllegalStateException.class,
                    thrownIn(Thread.ofPlatform(), () -> Form.ONE.record(recorder)));
            assertPresentations(0, tracker);
        }
    }

    @Test
    void shouldServeOneOfTwoThreadsThatBeginTogether() throws Exception {
        int rounds = 300;
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(rounds, 1))) {
            CyclicBarrier together = new CyclicBarrier(2);
            List<LogitRecorder> recorders = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                recorders.add(tracker.logitRecorder(2));
            }
            AtomicInteger recorded = new AtomicInteger();
            AtomicInteger refused = new AtomicInteger();
            Runnable work = () -> {
                for (int round = 0; round < rounds; round++) {
                    try {
                        together.await();
                        recorders.get(round).record(round, new float[]{2, 1}, 0);
                        recorded.incrementAndGet();
                    } catch (IllegalStateException e) {
                        refused.addAndGet(e.getMessage().startsWith("recorder of thread=") ? 1 : 0);
                    } catch (InterruptedException | BrokenBarrierException e) {
                        throw new AssertionError(e);
                    }
                }
            };
            Thread other = Thread.ofPlatform().start(work);
            work.run();
            other.join();
            assertEquals(List.of(rounds, rounds), List.of(recorded.get(), refused.get()));
            assertPresentations(rounds, tracker);
        }
    }
}
