package dev.lethe.nativelib.cpu.team;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that run one task together, each its own part, and can wait for each other inside it. The caller is worker 0,
 * so a team of one has no threads. Between tasks the others spin for a moment, since the next step usually follows
 * within microseconds, and then park. Callers take turns: a second one waits until the task of the first is done, and
 * so does {@link #close}. {@link #run} allocates nothing.
 */
public final class WorkerTeam implements AutoCloseable {
    /** About 100 microseconds: longer than the work between two steps, shorter than anyone would notice. */
    private static final int SPINS_BEFORE_PARK = 4_000;
    /** After this many spins in a barrier some worker must have lost its core: give it ours. */
    private static final int SPINS_BEFORE_YIELD = 2_000;

    /** The work of a team, of which every worker does its part. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does the part of one worker.
         *
         * @param worker from 0
         */
        void run(int worker);
    }

    private final Thread[] threads;
    private final Runnable preparation;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private volatile Task task = worker -> {};
    private volatile int generation; // of tasks: helpers wait for it to change
    private volatile int phase; // of barriers
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
    private volatile boolean closed;

    /**
     * Starts a team.
     *
     * @param workers its size, the caller included
     * @param preparation that every thread runs before its first part of a task, and a caller before each task
     */
    public WorkerTeam(int workers, Runnable preparation) {
        this(workers, preparation, Thread.ofPlatform().daemon().name("lethe-worker-", 1).factory());
    }

    /**
     * Starts a team.
     *
     * @param workers its size, the caller included
     * @param preparation that every thread runs before its first part of a task, and a caller before each task
     * @param factory makes the threads of all workers but the caller
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
        generation++; // only callers write it, and there is one at a time
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        runPart(next, 0);
        for (int spins = 0; running.get() > 0; spins++) {
            pause(spins);
        }
        rethrow();
    }

    /** Waits until every worker of the running task has come here. To be called by all of them or none. */
    public void await() {
        if (threads.length == 0) {
            return;
        }
        int current = phase;
        if (arrived.incrementAndGet() == threads.length + 1) {
            arrived.set(0);
            phase = current + 1;
            return;
        }
        for (int spins = 0; phase == current; spins++) {
            if (firstFailure.get() != null) {
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
            seen = generation;
            runPart(task, worker);
            running.decrementAndGet();
        }
    }

    private void runPart(Task part, int worker) {
        try {
            part.run(worker);
        } catch (Throwable e) { // whatever it is, the caller gets it
            firstFailure.compareAndSet(null, e);
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
        closed = true;
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
