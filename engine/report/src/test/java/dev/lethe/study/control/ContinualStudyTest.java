package dev.lethe.study.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.run.store.TasksCsv;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.study.control.ContinualStudy.Curves;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two tasks, twice each, one epoch at a time: the first is trained on in epochs 1 and 3, the second in 2 and 4. */
class ContinualStudyTest {
    private static final double[] FIRST = {0.9, 0.6, 0.95, 0.7};
    private static final double[] SECOND = {0.1, 0.8, 0.5, 0.85};

    private static List<TasksCsv.Row> rows(double[] first, double[] second) {
        return IntStream.range(0, first.length)
                .mapToObj(i -> new TasksCsv.Row(i + 1, 1 + i % 2, first[i], second[i])).toList();
    }

    private static StudyOutcome outcome(Curves byForgetting) {
        return new ContinualStudy(64, 2, 1).conclude(new StudySubject("mnist", "mnist-cnn", 1, 1),
                Curves.of(List.of(rows(FIRST, SECOND)), 1), byForgetting);
    }

    @Test
    void shouldLoseWhatEachTaskLosesWhileTheOtherIsTrainedOn() {
        Curves curves = Curves.of(List.of(rows(FIRST, SECOND)), 1);
        assertEquals(100 * ((0.9 - 0.6) + (0.95 - 0.7)) / 2, curves.lostOfFirst(), 1e-9);
        assertEquals(100 * (0.8 - 0.5), curves.lostOfSecond(), 1e-9);
    }

    @Test
    void shouldTakeTheAccuracyAfterTheLastEpochOfATurn() {
        Curves curves = Curves.of(List.of(rows(new double[]{0.1, 0.9, 0.3, 0.4, 0.2, 0.8, 0.3, 0.6},
                new double[]{0, 0, 0.5, 0.7, 0.7, 0.6, 0.8, 0.9})), 2);
        assertEquals(100 * ((0.9 - 0.4) + (0.8 - 0.6)) / 2, curves.lostOfFirst(), 1e-9);
        assertEquals(100 * (0.7 - 0.6), curves.lostOfSecond(), 1e-9);
    }

    @Test
    void shouldTakeTheMeanOfTheRuns() {
        Curves curves = Curves.of(List.of(rows(FIRST, SECOND), rows(SECOND, FIRST)), 1);
        assertEquals(List.of(0.5, 0.7, 0.725, 0.775), IntStream.range(0, 4)
                .mapToObj(i -> Math.round(1e9 * curves.first()[i]) / 1e9).toList());
    }

    @Test
    void shouldCompareTheTasks() {
        StudyOutcome forgettableIsLost = outcome(Curves.of(List.of(rows(new double[]{0.9, 0.9, 0.9, 0.9},
                new double[]{0.1, 0.8, 0.5, 0.8})), 1));
        assertEquals(List.of("While the other task is trained on, the task of unforgettable images loses 0.00 points "
                + "of accuracy, that of forgettable images 30.00, and tasks divided at random 28.75."),
                forgettableIsLost.summary());
        String claim = "unforgettable images are hardly lost while others are trained on, forgettable ones are: points "
                + "lost|yes (CIFAR-10)|";
        assertEquals(List.of(claim + "0.00 and 30.00|agrees|"), Outcomes.claims(forgettableIsLost));
        assertEquals(List.of(claim + "27.50 and -5.00|differs|"), Outcomes.claims(outcome(
                Curves.of(List.of(rows(FIRST, new double[]{0.1, 0.8, 0.85, 0.9})), 1))));
        assertEquals(List.of("unforgettable,1,0.9", "unforgettable,2,0.9", "unforgettable,3,0.9",
                "unforgettable,4,0.9", "forgettable,1,0.1", "forgettable,2,0.8", "forgettable,3,0.5",
                "forgettable,4,0.8"), Outcomes.rows(forgettableIsLost, "continual-by-forgetting"));
    }
}
