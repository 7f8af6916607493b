package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A way in which the presentations of an epoch reach the tracker. The history must not depend on it.
 *
 * @param order
 *            the order of the examples
 * @param batch
 *            the presentations of a batch; 0 records them one at a time
 * @param threads
 *            the number of threads that record at the same time, batch after batch
 */
public record WayOfRecording(Order order, int batch, int threads) {
    private static final ExecutorService POOL = Executors
            .newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    /** An order of the examples of an epoch. */
    public enum Order {
        ASCENDING, DESCENDING, SHUFFLED,
        /** Runs of ascending ids, in random order, as in batches of consecutive ids. */
        RUNS;

        private List<Presentation> of(List<Presentation> ascending) {
            Random random = new Random(ascending.size());
            List<Presentation> ordered = new ArrayList<>(ascending);
            switch (this) {
                case ASCENDING -> {
                }
                case DESCENDING -> Collections.reverse(ordered);
                case SHUFFLED -> Collections.shuffle(ordered, random);
                case RUNS -> {
                    List<List<Presentation>> runs = new ArrayList<>();
                    for (int first = 0, end; first < ordered.size(); first = end) {
                        end = Math.min(ordered.size(), first + 1 + random.nextInt(100));
                        runs.add(ordered.subList(first, end));
                    }
                    Collections.shuffle(runs, random);
                    ordered = runs.stream().flatMap(List::stream).toList();
                }
                default -> throw new IllegalStateException("order=" + this);
            }
            return ordered;
        }
    }

    /** Records the presentations of an epoch, given in ascending order of examples, and waits for all threads. */
    public void record(List<Presentation> ascending, ForgettingTracker tracker) {
        List<Presentation> presentations = order.of(ascending);
        int size = batch == 0 ? Math.max(1, (presentations.size() + threads - 1) / threads) : batch;
        PresentationColumns columns = BatchRecordingTest.columns(presentations, 0, Arena.ofAuto());
        List<Callable<Void>> parts = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            int start = thread * size;
            parts.add(() -> {
                for (int first = start; first < presentations.size(); first += threads * size) {
                    int end = Math.min(first + size, presentations.size());
                    recordPart(presentations, columns, first, end, tracker);
                }
                return null;
            });
        }
        together(parts);
    }

    private void recordPart(List<Presentation> presentations, PresentationColumns columns, int first, int end,
            ForgettingTracker tracker) {
        if (batch == 0) {
            RandomRun.record(presentations.subList(first, end), tracker);
        } else {
            tracker.record(columns, first, end - first);
        }
    }

    private static void together(List<Callable<Void>> parts) {
        try {
            if (parts.size() == 1) {
                parts.getFirst().call();
                return;
            }
            for (Future<Void> done : POOL.invokeAll(parts)) {
                done.get();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (ExecutionException e) {
            throw new AssertionError("a recording thread failed", e.getCause());
        } catch (Exception e) {
            throw new AssertionError("recording was interrupted", e);
        }
    }
}
