package dev.lethe.run.execute;

import java.time.Duration;

/**
 * Options of the execution of runs, which do not change their results.
 *
 * @param jobs runs at once, at least 1; each has the threads of its settings
 * @param checkpointInterval least time between two checkpoints of a run, which an interrupted run loses at most; the
 *        last epoch is followed by a checkpoint in any case
 * @param memory memory of the host that the runs share
 */
public record ExecutionOptions(int jobs, Duration checkpointInterval, MemoryBudget memory) {
    private static final Duration USUAL_INTERVAL = Duration.ofSeconds(10);

    /** Refuses impossible values by a sentence that names them. */
    public ExecutionOptions {
        if (jobs < 1) {
            throw new IllegalArgumentException("jobs=" + jobs + ": at least 1 is needed");
        }
        if (checkpointInterval.isNegative()) {
            throw new IllegalArgumentException("checkpointInterval=" + checkpointInterval + ": it cannot be negative");
        }
    }

    /** Returns options for a number of runs at once, with a checkpoint every ten seconds. */
    public static ExecutionOptions ofJobs(int jobs) {
        return new ExecutionOptions(jobs, USUAL_INTERVAL, MemoryBudget.host());
    }

    /** Returns options for one run at a time, with a checkpoint after every epoch. */
    public static ExecutionOptions checkpointingEveryEpoch() {
        return new ExecutionOptions(1, Duration.ZERO, MemoryBudget.host());
    }

    /** Returns these options with another budget of memory. */
    public ExecutionOptions withMemory(MemoryBudget other) {
        return new ExecutionOptions(jobs, checkpointInterval, other);
    }

    /** Returns these options with another interval between checkpoints. */
    public ExecutionOptions withCheckpointInterval(Duration other) {
        return new ExecutionOptions(jobs, other, memory);
    }
}
