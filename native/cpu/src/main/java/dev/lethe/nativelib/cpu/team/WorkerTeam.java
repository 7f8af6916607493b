package dev.lethe.nativelib.cpu.team;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A team of threads that run one task together, each its own part, and can wait for each other inside it. The caller is
 * worker 0, so a team of one has no threads. Between tasks the others spin for a moment, since the next step usually
 * follows within microseconds, and then park. Callers take turns: a second one waits until the task of the first is
 * done, and so does {@link #close}. {@link #run} allocates nothing.
 * <p>
 * Memory ordering: everything that the caller wrote before {@link #run} is visible to every worker's part, everything
 * that a worker wrote before {@link #await} to all workers after it, and everything that parts wrote to the caller when
 * {@link #run} returns. Parts may therefore use plain memory.
 */
public final class WorkerTeam implements AutoCloseable {
    /**
     * The number of spins before a helper parks, about 100 microseconds: longer than the pause between two steps, and
     * too short to matter.
     */
    private static final int SPINS_BEFORE_PARK = 4_000;
    /** The number of spins in a barrier after which some worker must have lost its core, and gets this one. */
    private static final int SPINS_BEFORE_YIELD = 2_000;

    /** The work of a team, of which every worker does its part. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does the part of one worker.
         *
         * @param worker number of the worker, from 0
         */
        void run(int worker);
    }

    private final Thread[] threads;
    private final Runnable preparation;
    private final AtomicInteger arrived = new AtomicInteger(); // workers that have come to the current barrier
    private final AtomicInteger running = new AtomicInteger(); // helpers whose part of the task is not done
    private volatile Task task = worker -> {}; // written before generation, read after it
    private volatile int generation; // number of the task: helpers wait for it to change
    private volatile int phase; // number of the barrier: workers wait for it to change
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
    private volatile boolean closed; // read by helpers without the lock

    /**
     * Starts a team.
     *
     * @param workers size of the team, the caller included
     * @param preparation task that every thread runs before its first part, and a caller before each task
     */
    public WorkerTeam(int workers, Runnable preparation) {
        this(workers, preparation, Thread.ofPlatform().daemon().name("lethe-worker-", 1).factory());
    }

    /**
     * Starts a team.
     *
     * @param workers size of the team, the caller included
     * @param preparation task that every thread runs before its first part, and a caller before each task
     * @param factory factory of the threads of all workers but the caller
     */
    public WorkerTeam(int workers, Runnable preparation, ThreadFactory factory) {
        this.preparation = preparation;
        threads = new Thread[workers - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = factory.newThread(() -> help(worker));
        }
        try {
            for (Thread thread : threads) {
                thread.start();
            }
        } catch (RuntimeException | Error e) { // the system may have no thread left
            close();
            throw e;
        }
    }

    /** Returns the number of workers, the caller included. */
    public int size() {
        return threads.length + 1;
    }

    /**
     * Runs the task on every worker and returns when all are done. The first failure of any worker is thrown.
     *
     * @throws IllegalStateException when the team is closed
     */
    public synchronized void run(Task next) {
        if (closed) {
            throw new IllegalStateException("this worker team is closed");
        }
        preparation.run(); // the caller may be a new thread
        if (threads.length == 0) {
            next.run(0);
            return;
        }
        firstFailure.set(null);
        arrived.set(0);
        running.set(threads.length);
        task = next;
        generation++; // not atomic: callers alone write it, one at a time. Publishes the four writes above to helpers
        for (Thread thread : threads) {
            LockSupport.unpark(thread); // after the write: one that parks nevertheless has a permit and wakes up
        }
        runPart(next, 0);
        for (int spins = 0; running.get() > 0; spins++) { // a read of 0 is ordered after what all parts wrote
            pause(spins);
        }
        rethrow();
    }

    /** Waits until every worker of the running task has come to this barrier; all of them call it, or none. */
    public void await() {
        if (threads.length == 0) {
            return;
        }
        int current = phase; // before the arrival: afterwards the last worker may change it
        if (arrived.incrementAndGet() == threads.length + 1) { // ordered after the writes of all that came before
            arrived.set(0); // before phase: nobody may count for the next barrier until it is 0
            phase = current + 1; // lets the others go, with all that was written before the barrier
            return;
        }
        for (int spins = 0; phase == current; spins++) {
            if (firstFailure.get() != null) { // its worker never comes to this barrier
                throw new IllegalStateException("another worker failed");
            }
            pause(spins);
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private void help(int worker) {
        preparation.run();
        int seen = 0;
        while (true) {
            for (int spins = 0; generation == seen && !closed; spins++) {
                if (spins < SPINS_BEFORE_PARK) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
            if (closed) {
                return;
            }
            seen = generation; // cannot change again before this helper's part is done
            runPart(task, worker); // read after generation, so it is this generation's task
            running.decrementAndGet(); // releases what the part wrote to the caller
        }
    }

    private void runPart(Task part, int worker) {
        try {
            part.run(worker);
        } catch (Throwable e) { // whatever it is, the caller gets it
            firstFailure.compareAndSet(null, e); // the first stays; the caller reads it when nobody runs any more
        }
    }

    private void rethrow() {
        switch (firstFailure.get()) {
            case null -> {
                return;
            }
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException("a worker failed", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true; // before unpark, as generation is
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
