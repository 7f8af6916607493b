package dev.lethe.run.execute;

import dev.lethe.kernels.MemoryUse;
import dev.lethe.run.PlanListener;
import dev.lethe.run.Procedure;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.RunFolder;
import dev.lethe.run.store.RunStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a plan that are still to be trained, shared by the threads of an executor. A run is given out as soon as
 * the runs that it depends on are finished, memory for it is free, and no other process trains it. Thread-safe.
 */
final class RunQueue {
    /** Memory of a run beside its programs, as a share of theirs: its training set, results, Java objects. */
    private static final double MEMORY_MARGIN = 1.2;
    /** Time between two looks at free memory and at runs of other processes. */
    private static final long POLL_MILLIS = 200;

    private final RunStore store;
    private final ExecutionOptions options;
    private final PlanListener listener;
    private final List<RunSpec> waiting = new ArrayList<>();
    private final Map<RunSpec, FinishedRun> finished = new HashMap<>();
    private final Set<RunSpec> elsewhere = new HashSet<>(); // trained by another process when last looked at
    private final Map<Kind, Need> needs = new HashMap<>();
    private volatile long deviceFree = Long.MAX_VALUE; // until a run has said
    private final MemoryBudget device = new MemoryBudget(() -> deviceFree);
    private int begun;
    private int running;
    private int total;
    private @Nullable Throwable failure;

    /** Kind of runs that need the same memory. */
    private record Kind(RunSettings settings, Class<? extends Procedure> procedure) {
        static Kind of(RunSpec run) {
            return new Kind(run.settings().withSeed(0), run.procedure().getClass());
        }
    }

    /** Memory of a run: bytes, and whether they are a device's. */
    private record Need(long bytes, boolean onDevice) {}

    RunQueue(RunStore store, ExecutionOptions options, PlanListener listener) {
        this.store = store;
        this.options = options;
        this.listener = listener;
    }

    /** Adds the runs of a plan that are not finished, and takes over those that are. */
    synchronized void add(RunPlan plan) throws IOException {
        for (RunSpec run : plan.runs()) {
            Optional<FinishedRun> there = store.finished(run);
            if (there.isPresent()) {
                there.get().verify(); // before others are trained for hours
                finished.put(run, there.get());
            } else {
                waiting.add(run);
            }
        }
        if (!finished.isEmpty()) {
            listener.noticed(
                    finished.size() + " of " + plan.runs().size() + " runs were finished before and are used");
        }
        total = waiting.size();
        noteOtherThreads();
    }

    private void noteOtherThreads() throws IOException {
        if (waiting.isEmpty()) {
            return;
        }
        RunSpec first = waiting.getFirst();
        OptionalInt threads = store.threadsOfFinished(first);
        if (threads.isPresent()) {
            listener.noticed("run '" + first.label() + "' is finished with threads=" + threads.getAsInt()
                    + " and is trained anew with threads=" + first.settings().threads()
                    + ", which rounds differently: threads=" + threads.getAsInt() + " uses the finished run");
        }
    }

    synchronized int waiting() {
        return waiting.size();
    }

    synchronized Map<RunSpec, FinishedRun> finished() {
        return Map.copyOf(finished);
    }

    /** Stops the runs that are being trained at their next checkpoint, and gives out no other. */
    synchronized void stop(Throwable reason) {
        if (failure == null) {
            failure = reason;
        } else if (failure != reason) {
            failure.addSuppressed(reason);
        }
        notifyAll();
    }

    synchronized void rethrow() throws IOException {
        switch (failure) {
            case null -> {
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    /**
     * Gives out the next run that can begin; empty when none is left or a run has failed. Waits while every run that is
     * left depends on others, lacks memory, or is trained by another process.
     */
    synchronized Optional<Claim> next() throws IOException, InterruptedException {
        while (failure == null && !waiting.isEmpty()) {
            Optional<Claim> claim = claim();
            if (claim.isPresent()) {
                return claim;
            }
            if (!waiting.isEmpty()) {
                wait(POLL_MILLIS);
            }
        }
        return Optional.empty();
    }

    private Optional<Claim> claim() throws IOException {
        for (RunSpec run : List.copyOf(waiting)) {
            if (!finished.keySet().containsAll(run.dependencies())) {
                continue;
            }
            Optional<MemoryBudget.Reservation> memory = reserve(run);
            if (memory.isEmpty()) {
                continue;
            }
            Optional<Closeable> lock = RunFolder.tryLock(store.folder(run));
            if (lock.isPresent() && store.finished(run).isEmpty()) {
                elsewhere.remove(run);
                waiting.remove(run);
                running++;
                return Optional.of(new Claim(run, lock.get(), memory.get()));
            }
            memory.get().close();
            if (lock.isPresent()) {
                lock.get().close();
                adopt(run);
            } else if (elsewhere.add(run)) {
                listener.noticed("run '" + run.label() + "' is trained by another process: its results are used here");
            }
        }
        return Optional.empty();
    }

    /** Takes over a run that another process has finished. */
    private void adopt(RunSpec run) throws IOException {
        FinishedRun there = store.finished(run).orElseThrow();
        there.verify();
        finished.put(run, there);
        waiting.remove(run);
        elsewhere.remove(run);
        notifyAll();
    }

    /** Reserves memory for a run beside others; the first run of all is let in, and says then what it needs. */
    private Optional<MemoryBudget.Reservation> reserve(RunSpec run) {
        Need need = needs.get(Kind.of(run));
        boolean refusable = elsewhere.isEmpty() || need == null; // else other processes may give memory back
        if (running == 0 && refusable) {
            return Optional.of(options.memory().promise(0));
        }
        if (need == null) { // runs of another kind: about what the largest so far needs, and exactly when compiled
            need = needs.values().stream().max((a, b) -> Long.compare(a.bytes, b.bytes)).orElse(null);
        }
        return need == null ? Optional.empty() : budget(need).reserve((long) (MEMORY_MARGIN * need.bytes));
    }

    private MemoryBudget budget(Need need) {
        return need.onDevice ? device : options.memory();
    }

    /** A run that one thread trains; closing it gives back its folder, its memory and, if it is unfinished, the run. */
    final class Claim implements RunTrainer.Supervisor, AutoCloseable {
        private final RunSpec run;
        private final Closeable lock;
        private final PlanListener.RunNotice notice;
        private MemoryBudget.Reservation memory;
        private long onDevice;
        private boolean ended;

        private Claim(RunSpec run, Closeable lock, MemoryBudget.Reservation memory) {
            this.run = run;
            this.lock = lock;
            this.memory = memory;
            notice = new PlanListener.RunNotice(run.label(), ++begun, total, run.epochs());
        }

        RunSpec run() {
            return run;
        }

        PlanListener.RunNotice notice() {
            return notice;
        }

        @Override
        public boolean admits(long bytes, OptionalLong freeOnDevice) {
            synchronized (RunQueue.this) {
                needs.put(Kind.of(run), new Need(bytes, freeOnDevice.isPresent()));
                RunQueue.this.notifyAll(); // others may have waited to know
                if (freeOnDevice.isPresent()) { // taken already: compiling takes a device's memory
                    memory.close();
                    deviceFree = freeOnDevice.getAsLong();
                    onDevice = bytes;
                    return true;
                }
                if (memory.resize(bytes)) {
                    return true;
                }
                if (running == 1 && elsewhere.isEmpty()) {
                    throw tooLarge(bytes);
                }
                return false;
            }
        }

        private RunException tooLarge(long bytes) {
            return new RunException("run '" + run.label() + "' needs " + MemoryUse.text(bytes)
                    + " of memory where " + MemoryUse.text(options.memory().available())
                    + " are free: " + MemoryEstimate.REMEDY);
        }

        @Override
        public void hasTakenItsMemory() {
            memory.taken();
        }

        @Override
        public boolean proceeds() {
            synchronized (RunQueue.this) {
                return failure == null;
            }
        }

        void finish(FinishedRun there) {
            synchronized (RunQueue.this) {
                finished.put(run, there);
                ended = true;
            }
        }

        void fail(Throwable reason) {
            ended = true;
            stop(reason);
        }

        @Override
        public void close() throws IOException {
            try {
                lock.close(); // before another thread may ask for it
            } finally {
                giveBack();
            }
        }

        private void giveBack() {
            synchronized (RunQueue.this) {
                running--;
                memory.close();
                if (deviceFree != Long.MAX_VALUE) {
                    deviceFree += onDevice;
                }
                if (!ended) { // it waits for memory, or the others stop
                    waiting.addFirst(run);
                    begun--;
                }
                RunQueue.this.notifyAll();
            }
        }
    }
}
