package dev.lethe.tracker.rank;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunScores;
import java.io.IOException;

/** Made-up histories for tests; the caller closes them. */
final class MadeUpRuns {

    private MadeUpRuns() {}

    static History random(int examples, int epochs, long seed) throws IOException {
        RandomRun run = RandomRun.sampled(examples, epochs, 0.9, seed);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            return tracker.history();
        }
    }

    static ForgettingScores randomScores(int examples, int epochs, long seed) throws IOException {
        try (History history = random(examples, epochs, seed)) {
            return ForgettingScores.of(history);
        }
    }

    /**
     * Makes a history of one line for each example and one column for each epoch: {@code +} right, {@code -} wrong,
     * {@code .} not presented.
     */
    static History history(String... lines) throws IOException {
        int epochs = lines[0].length();
        try (ForgettingTracker tracker = ForgettingTracker
                .inMemory(TrackerSpec.of(lines.length, Math.max(1, epochs)))) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int example = 0; example < lines.length; example++) {
                    char outcome = lines[example].charAt(epoch);
                    if (outcome != '.') {
                        tracker.record(example, outcome == '+', 0, 0, 0, 0);
                    }
                }
                tracker.commitEpoch();
            }
            return tracker.history();
        }
    }

    static ForgettingScores scores(String... lines) throws IOException {
        return run(lines).forgetting();
    }

    static RunScores run(String... lines) throws IOException {
        try (History history = history(lines)) {
            return RunScores.of(history);
        }
    }
}
