package dev.lethe.study.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.tracker.score.ForgettingScores;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChanceStudyTest {
    private static final List<ForgettingScores> TRAINED = MadeUpRuns.forgetting(
            MadeUpRuns.scores("11111", "10111", "10101"), MadeUpRuns.scores("11111", "11111", "10111"));
    /** Events are 0, 1, 2 in the one run, and 0, 0, 2 in the other; the first image is never right in it. */
    private static final List<ForgettingScores> BY_CHANCE = MadeUpRuns.forgetting(
            MadeUpRuns.scores("11111", "10111", "10101"), MadeUpRuns.scores("00000", "00001", "10101"));

    private static StudyOutcome outcome(String data) {
        return ChanceStudy.conclude(new StudySubject(data, "mnist-cnn", 5, 2), TRAINED, BY_CHANCE);
    }

    @Test
    void shouldCountEventsOfAnImageOverRuns() {
        assertEquals(new ChanceStudy.Results("mnist", "mnist-cnn", 5, 2, 4 / 6.0, 5 / 6.0, 2, 2 / 3.0),
                outcome("mnist").results());
        assertEquals(List.of("0.833 events an image by chance, 0.667 in training; 66.7% of the images have less than "
                + "one by chance, and none more than 2.0 in the mean over runs."), outcome("mnist").summary());
    }

    @Test
    void shouldHoldOnlyCifarAgainstThePaper() {
        String claim = "events by chance: at most, in the mean over runs|2|2.0|%s|the paper's figure is read from a "
                + "picture, of CIFAR-10";
        assertEquals(List.of(claim.formatted("not comparable")), Outcomes.claims(outcome("mnist")));
        assertEquals(List.of(claim.formatted("agrees")), Outcomes.claims(outcome("cifar10")));
    }

    @Test
    void shouldDrawBothDistributions() {
        assertEquals(List.of("training,0,0.5", "training,1,0.3333333333333333", "training,2,0.16666666666666666",
                "training,never learned,0", "shuffled updates,0,0.3333333333333333",
                "shuffled updates,1,0.16666666666666666", "shuffled updates,2,0.3333333333333333",
                "shuffled updates,never learned,0.16666666666666666"),
                Outcomes.rows(outcome("mnist"), "chance-histogram"));
    }
}
