package dev.lethe.run.execute;

import dev.lethe.run.PlanListener;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the runs of a plan that are not finished, several at once where that is asked for, each as soon as the runs
 * that it depends on are there. When one fails, the others stop at a checkpoint, and what is finished stays. Another
 * run is begun beside others only where there is memory for it.
 */
public final class PlanExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(PlanExecutor.class);
    /** Of memory that is free, as what a run needs beside its program. */
    private static final double MEMORY_MARGIN = 1.2;
    private static final long MEMORY_CHECK_MILLIS = 1000;

    private final RunStore store;
    private final int jobs;
    private final PlanListener listener;
    private final Map<RunSpec, FinishedRun> done = new HashMap<>();
    private final Deque<RunSpec> waiting = new ArrayDeque<>();
    private int begun;
    private int running;
    private int total;
    private long largest;
    private Throwable failure;

    /**
     * An executor.
     *
     * @param jobs runs at once, at least 1; each has the threads of its settings
     */
    public PlanExecutor(RunStore store, int jobs, PlanListener listener) {
        if (jobs < 1) {
            throw new IllegalArgumentException("jobs=" + jobs + ": at least 1 is needed");
        }
        this.store = store;
        this.jobs = jobs;
        this.listener = listener;
    }

    /**
     * Trains what is not finished.
     *
     * @return all runs of the plan
     * @throws IOException when a run cannot be written; the first failure of all runs is thrown
     */
    public FinishedRuns execute(RunPlan plan) throws IOException {
        for (RunSpec run : plan.runs()) {
            Optional<FinishedRun> finished = store.finished(run);
            if (finished.isPresent()) {
                finished.get().verify(); // before others are trained for hours
                done.put(run, finished.get());
            } else {
                waiting.add(run);
            }
        }
        if (!done.isEmpty()) {
            listener.noticed(done.size() + " of " + plan.runs().size() + " runs were finished before and are used");
        }
        total = waiting.size();
        try (ExecutorService workers = Executors.newFixedThreadPool(jobs)) {
            for (int job = 0; job < Math.min(jobs, total); job++) {
                workers.submit(this::work);
            }
        }
        rethrow();
        return new FinishedRuns(done);
    }

    private void rethrow() throws IOException {
        switch (failure) {
            case null -> {
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private void work() {
        Optional<RunSpec> next = next();
        while (next.isPresent()) {
            RunSpec run = next.get();
            try {
                ended(run, train(run));
            } catch (IOException | RuntimeException | Error e) {
                failed(run, e);
            }
            next = next();
        }
    }

    private Optional<FinishedRun> train(RunSpec run) throws IOException {
        PlanListener.RunNotice notice;
        synchronized (this) {
            notice = new PlanListener.RunNotice(run.label(), ++begun, total,
                    run.procedure().epochs(run.settings().training().epochs()));
        }
        return new RunTrainer(store, run).train(notice, listener, this::proceeds, this::uses);
    }

    private synchronized boolean proceeds() {
        return failure == null;
    }

    private synchronized void uses(long bytes) {
        largest = Math.max(largest, bytes);
        notifyAll();
    }

    private synchronized void ended(RunSpec run, Optional<FinishedRun> finished) {
        running--;
        finished.ifPresent(there -> done.put(run, there));
        notifyAll();
    }

    private synchronized void failed(RunSpec run, Throwable e) {
        running--;
        LOG.debug("run '{}' failed", run.label(), e);
        if (failure == null) {
            failure = e;
        } else {
            failure.addSuppressed(e);
        }
        notifyAll();
    }

    /** The next run that can begin; empty when none is left, or a run has failed. Waits for others where it must. */
    private synchronized Optional<RunSpec> next() {
        while (failure == null && !waiting.isEmpty()) {
            Iterator<RunSpec> candidates = waiting.iterator();
            while (candidates.hasNext() && hasRoom()) {
                RunSpec run = candidates.next();
                if (done.keySet().containsAll(run.dependencies())) {
                    candidates.remove();
                    running++;
                    return Optional.of(run);
                }
            }
            try {
                wait(MEMORY_CHECK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** What the first run needs is not known before; the others wait until it is. */
    private boolean hasRoom() {
        return running == 0 || largest > 0 && FreeMemory.bytes() > MEMORY_MARGIN * largest;
    }

    /** For tests and messages: what is waiting. */
    @Override
    public synchronized String toString() {
        List<String> labels = new ArrayList<>();
        waiting.forEach(run -> labels.add(run.label()));
        return "running=" + running + " waiting=" + labels;
    }
}
