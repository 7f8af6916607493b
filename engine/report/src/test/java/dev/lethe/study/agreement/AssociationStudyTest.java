package dev.lethe.study.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.tracker.score.RunScores;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssociationStudyTest {
    private static final StudySubject MNIST = new StudySubject("mnist", "mnist-cnn", 7, 1);
    private static final StudySubject CIFAR = new StudySubject("cifar10", "resnet18", 200, 2);

    /** Events 0, 1, 2, and one example that is never learned, while margins fall with the id. */
    private static final RunScores MORE_WITH_SMALL_MARGINS = MadeUpRuns.scores("1111111", "1011111", "1010111",
            "0000000");
    private static final RunScores MORE_WITH_LARGE_MARGINS = MadeUpRuns.scores("1010111", "1011111", "1111111",
            "0000000");

    private static StudyOutcome margins(StudySubject subject, RunScores... runs) {
        return new AssociationStudy(AssociationStudy.Other.MARGIN).conclude(subject, List.of(runs));
    }

    @Test
    void shouldCorrelateEventsWithMarginsOfLearnedExamples() {
        StudyOutcome outcome = margins(MNIST, MORE_WITH_SMALL_MARGINS);
        assertEquals(new AssociationStudy.Results("mnist", "mnist-cnn", 7, 1, -1, List.of(-1.0), 3),
                outcome.results());
        assertEquals(List.of("Spearman's correlation of forgetting events and mean margin (logits) is -1.000 (paper, "
                + "CIFAR-10: -0.74): images are forgotten more often the smaller their margin."), outcome.summary());
        assertEquals(3, Outcomes.rows(outcome, "margin-density").size());
    }

    @Test
    void shouldFollowTheSignOfTheCorrelation() {
        assertTrue(margins(MNIST, MORE_WITH_LARGE_MARGINS).summary().getFirst()
                .endsWith(": images are forgotten more often the larger their margin."));
    }

    @Test
    void shouldTakeTheMeanOfTheRunsAndSayWhenItTellsNothing() {
        StudyOutcome outcome = margins(CIFAR, MORE_WITH_SMALL_MARGINS, MORE_WITH_LARGE_MARGINS);
        assertEquals(List.of(-1.0, 1.0), ((AssociationStudy.Results) outcome.results()).spearmanPerSeed());
        assertTrue(outcome.summary().getFirst()
                .endsWith(" is 0.000 (paper, CIFAR-10: -0.74): the one says next to nothing about the other."));
    }

    /** The first right presentation is the first, second and third; figures count from 1. */
    @Test
    void shouldCorrelateEventsWithTheFirstPresentationThatWasRight() {
        StudyOutcome outcome = new AssociationStudy(AssociationStudy.Other.FIRST_LEARNED).conclude(MNIST,
                List.of(MadeUpRuns.scores("1111111", "0101111", "0010101", "0000000")));
        assertEquals(1, ((AssociationStudy.Results) outcome.results()).spearman());
        assertEquals(List.of("0,1,1", "1,2,1", "2,3,1"), Outcomes.rows(outcome, "first-learned-density"));
        assertTrue(outcome.summary().getFirst().endsWith("more often the later they were first learned."));
    }

    @Test
    void shouldHoldOnlyResultsOfTheSameDataAgainstThePaper() {
        assertEquals(List.of("Spearman's correlation of forgetting events and mean margin (logits)|-0.74 (CIFAR-10)|"
                + "-1.00|not comparable|the paper's figure is for CIFAR-10"),
                Outcomes.claims(margins(MNIST, MORE_WITH_SMALL_MARGINS)));
        assertEquals(List.of("Spearman's correlation of forgetting events and mean margin (logits)|-0.74 (CIFAR-10)|"
                + "-1.00|differs|resnet18, 200 epochs"), Outcomes.claims(margins(CIFAR, MORE_WITH_SMALL_MARGINS)));
    }

    @Test
    void shouldSayNothingOfADirectionWhereNoCorrelationIsDefined() {
        StudyOutcome outcome = margins(MNIST, MadeUpRuns.scores("11", "11"));
        assertTrue(outcome.summary().getFirst().contains(" is – (paper, "), outcome.summary().getFirst());
        assertTrue(outcome.summary().getFirst().endsWith("the one says next to nothing about the other."));
    }
}
