package consumer;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.rank.Ranking;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A program that uses every package of the tracker's API, except the adapter for Agrona, and prints the results. It
 * is let into {@code dev.lethe.tracker.plane} to say which kernels run.
 */
public final class Consumer {
    private Consumer() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Path file = folder.resolve("run.lethe");
        System.out.println("module=" + ForgettingTracker.class.getModule().getName());
        System.out.println("kernels=" + PlaneKernelChoice.inUse().description());
        try (ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(3, 3))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                tracker.record(0, true, 1, 1, 0.5f, 1);
                tracker.record(1, epoch != 1, 1, 1, 0.5f, 1);
                tracker.record(2, epoch == 2, 1, 1, 0.5f, 1);
                tracker.commitEpoch();
            }
        }
        try (History history = History.open(file)) {
            RunScores scores = RunScores.of(history);
            System.out.println("events=" + Arrays.toString(ForgettingScores.of(history).forgettingEvents()));
            System.out.println("rows=" + history.planes(2).rows());
            System.out.println("ranking=" + Arrays.toString(Ranking.byForgetting(scores.forgetting()).order()));
            RunAggregate runs = RunAggregate.of(List.of(scores));
            System.out.println("kept=" + Arrays.toString(RemovalRule.parse("hardest:forgetting")
                    .select(new Examples(new int[3], 1, 0, 1), DifficultyScores.of(runs), 1).kept()));
            for (Score provided : Score.provided()) { // by the module; the class path has no file that names one
                System.out.println("score=" + Arrays.toString(Score.parse(provided.text()).of(history)));
                System.out.println("rule=" + RemovalRule.parse("right_at_last").scores());
            }
            ScoreTable.of(runs).writeCsv(folder.resolve("scores.csv"));
        }
        System.out.println("header=" + Files.readAllLines(folder.resolve("scores.csv")).getFirst());
        System.out.println("array=" + NumpyArray.of(new int[]{1, 2}));
    }
}
