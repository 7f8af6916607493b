package dev.lethe.tracker;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process to be killed: it starts or continues the history of {@link #RUN}, prints {@link #READY}, and then for each
 * epoch {@link #COMMITTING} before its commit and the number of committed epochs after it.
 */
final class HashedRunProcess {
    static final String READY = "ready";
    static final String COMMITTING = "committing";
    /** The run, small enough that most of the time goes into commits. */
    static final HashedRun RUN = new HashedRun(6000, 8000);

    private HashedRunProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        try (ForgettingTracker tracker = Files.exists(file)
                ? ForgettingTracker.resume(file, RUN.spec())
                : ForgettingTracker.create(file, RUN.spec())) {
            System.out.println(READY);
            while (tracker.committedEpochs() < RUN.epochs()) {
                RUN.record(tracker.committedEpochs(), tracker);
                System.out.println(COMMITTING);
                System.out.println(tracker.commitEpoch());
            }
        }
    }
}
