package dev.lethe.run.execute;

import dev.lethe.run.PlanListener;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSpec;
import dev.lethe.run.store.FinishedRun;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.RunStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Execution of a plan: trains the runs that are not finished, several at once if that is asked for, each as soon as the
 * runs that it depends on are there and memory for it is free. Several processes that execute plans over one store
 * share the work: each takes runs that no other trains, and waits for others only when nothing else is left to do. If a
 * run fails, the others stop at a checkpoint; finished runs stay. An object executes one plan.
 *
 * @see RunStore
 * @see FinishedRun
 */
public final class PlanExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(PlanExecutor.class);

    private final RunStore store;
    private final ExecutionOptions options;
    private final PlanListener listener;

    /** Makes an executor of a number of runs at once. */
    public PlanExecutor(RunStore store, int jobs, PlanListener listener) {
        this(store, ExecutionOptions.ofJobs(jobs), listener);
    }

    /** Makes an executor. */
    public PlanExecutor(RunStore store, ExecutionOptions options, PlanListener listener) {
        this.store = store;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Trains what is not finished.
     *
     * @return all runs of the plan
     * @throws IOException when a run cannot be written; the first failure of all runs is thrown
     * @throws InterruptedIOException when the thread is interrupted; runs that were being trained can be continued
     * @throws dev.lethe.run.RunException when a run does not fit in memory, or its folder is of another run
     */
    public FinishedRuns execute(RunPlan plan) throws IOException {
        RunQueue queue = new RunQueue(store, options, listener);
        queue.add(plan);
        List<Thread> workers = new ArrayList<>();
        for (int job = 1; job <= Math.min(options.jobs(), queue.waiting()); job++) {
            workers.add(Thread.ofPlatform().name("lethe-run-" + job).start(() -> work(queue)));
        }
        await(workers, queue);
        queue.rethrow();
        return new FinishedRuns(queue.finished());
    }

    /** Waits for the workers; an interrupt makes them stop at their next checkpoint. */
    private static void await(List<Thread> workers, RunQueue queue) {
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException _) {
                    interrupted = true;
                    queue.stop(new InterruptedIOException("interrupted while runs were being trained: run the same "
                            + "command again to go on with them"));
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(RunQueue queue) {
        try {
            for (Optional<RunQueue.Claim> next = queue.next(); next.isPresent(); next = queue.next()) {
                train(next.get());
            }
        } catch (IOException | RuntimeException | Error e) {
            queue.stop(e);
        } catch (InterruptedException e) {
            queue.stop(new InterruptedIOException(e.getMessage()));
        }
    }

    private void train(RunQueue.Claim claim) {
        RunSpec run = claim.run();
        try (claim) {
            Optional<FinishedRun> finished = new RunTrainer(store, run, options.checkpointInterval())
                    .train(claim.notice(), listener, claim);
            finished.ifPresent(claim::finish);
        } catch (IOException | RuntimeException | Error e) {
            LOG.debug("run '{}' failed", run.label(), e);
            claim.fail(e);
        }
    }
}
