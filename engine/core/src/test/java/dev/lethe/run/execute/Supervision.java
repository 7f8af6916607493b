package dev.lethe.run.execute;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** Supervision of a run by a test: memory is always there. */
final class Supervision {
    private Supervision() {}

    static SupervisedRun always(Duration checkpointInterval) {
        return of(() -> true, checkpointInterval);
    }

    static SupervisedRun of(BooleanSupplier proceeds, Duration checkpointInterval) {
        return new SupervisedRun(() -> {}, new RunTrainer.Supervisor() {
            @Override
            public boolean admits(long bytes, OptionalLong deviceFree) {
                return true;
            }

            @Override
            public void hasTakenItsMemory() {
                // nothing is counted
            }

            @Override
            public boolean proceeds() {
                return proceeds.getAsBoolean();
            }
        }, checkpointInterval);
    }
}
