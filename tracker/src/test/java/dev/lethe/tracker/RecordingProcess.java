package dev.lethe.tracker;

import java.nio.file.Path;

/** A process to be killed: it records the epochs that the test expects, and prints each commit. */
final class RecordingProcess {
    static final int EXAMPLES = 2000;
    static final int EPOCHS = 400;

    private RecordingProcess() {}

    static RandomRun run() {
        return RandomRun.sampled(EXAMPLES, EPOCHS, 0.8, 77);
    }

    public static void main(String[] arguments) throws Exception {
        Path file = Path.of(arguments[0]);
        RandomRun run = run();
        try (ForgettingTracker tracker = arguments[1].equals("create")
                ? ForgettingTracker.create(file, run.spec())
                : ForgettingTracker.resume(file, run.spec())) {
            while (tracker.committedEpochs() < EPOCHS) {
                RandomRun.record(run.epochs().get(tracker.committedEpochs()), tracker);
                System.out.println(tracker.commitEpoch());
            }
        }
    }
}
