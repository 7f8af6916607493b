package dev.lethe.study.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.report.GroupHistogram;
import dev.lethe.report.Ink;
import dev.lethe.study.EventShares;
import dev.lethe.study.MadeUpRuns;
import dev.lethe.study.Outcomes;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySubject;
import dev.lethe.study.noise.PixelNoiseStudy.Level;
import dev.lethe.tracker.score.RunScores;
import java.util.List;
import org.junit.jupiter.api.Test;

class PixelNoiseStudyTest {
    private static final StudySubject SUBJECT = new StudySubject("mnist", "mnist-cnn", 3, 2);

    private static EventShares shares(RunScores... runs) {
        return EventShares.of(MadeUpRuns.forgetting(runs));
    }

    private static StudyOutcome outcome(Level... levels) {
        return PixelNoiseStudy.conclude(SUBJECT, List.of(levels),
                new GroupHistogram().add("no noise", Ink.GREEN, new double[]{1}, 0));
    }

    @Test
    void shouldTakeMeansOverRuns() {
        Level level = Level.of(0.5, shares(MadeUpRuns.scores("111", "111", "101", "000"),
                MadeUpRuns.scores("111", "101", "101", "101")), 0.8, 0.9);
        assertEquals(3 / 8.0, level.unforgettableFraction(), 1e-12);
        assertEquals(1 / 8.0, level.neverLearnedFraction(), 1e-12);
        assertEquals(4 / 7.0, level.meanEvents(), 1e-12);
        assertEquals(0.85, level.testAccuracy(), 1e-12);
    }

    @Test
    void shouldSayThatTheShareFallsOnlyWhereItAlwaysDoes() {
        Level clean = new Level(0, 0.9, 0, 0.1, 0.99);
        Level some = new Level(1, 0.9, 0, 0.2, 0.98);
        Level more = new Level(2, 0.5, 0.1, 0.9, 0.9);
        StudyOutcome falls = outcome(clean, some, more);
        assertEquals(List.of("The share of unforgettable images falls as noise is added to their pixels, by its "
                + "standard deviation: 90.0% at 0.0, 90.0% at 1.0, 50.0% at 2.0."), falls.summary());
        assertEquals(List.of("the unforgettable share falls as noise grows|yes (CIFAR-10)|90.0% at 0.0, 90.0% at 1.0, "
                + "50.0% at 2.0|agrees|"), Outcomes.claims(falls));
        StudyOutcome rises = outcome(clean, more, new Level(10, 0.6, 0.1, 0.8, 0.9));
        assertEquals("The share of unforgettable images does not always fall as noise is added to their pixels, by its "
                + "standard deviation: 90.0% at 0.0, 50.0% at 2.0, 60.0% at 10.0.", rises.summary().getFirst());
        assertEquals("differs", rises.claims().getFirst().verdict().toString());
        assertEquals(List.of("unforgettable,0,0.9", "unforgettable,1,0.9", "unforgettable,2,0.5", "never learned,0,0",
                "never learned,1,0", "never learned,2,0.1"), Outcomes.rows(falls, "pixel-noise-shares"));
    }

    @Test
    void shouldHaveNoMeanEventsWhereNothingWasLearned() {
        assertEquals(Double.NaN, Level.of(10, shares(MadeUpRuns.scores("000", "000")), 0.1).meanEvents());
    }
}
