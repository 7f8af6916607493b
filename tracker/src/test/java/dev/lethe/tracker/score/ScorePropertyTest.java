package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.LiteralBookkeeping;
import dev.lethe.tracker.Presentation;
import dev.lethe.tracker.RecordedRuns;
import dev.lethe.tracker.RunShape;
import dev.lethe.tracker.RunningSum;
import dev.lethe.tracker.WayOfRecording;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;

/** The scores of any run, after any number of its epochs, compared with the literal definitions. */
@Domain(RecordedRuns.class)
class ScorePropertyTest {

    private static void assertScores(LiteralBookkeeping literal, ForgettingScores scores, int epochs) {
        int unforgettable = 0;
        int never = 0;
        long events = 0;
        for (int example = 0; example < scores.examples(); example++) {
            boolean agrees = literal.presentations(example) == scores.presentations(example)
                    && literal.correctPresentations(example) == scores.correctPresentations(example)
                    && literal.learningEvents(example) == scores.learningEvents(example)
                    && literal.forgettingEvents(example) == scores.forgettingEvents(example)
                    && literal.firstLearned(example) == scores.firstLearned(example)
                    && literal.neverLearned(example) == scores.neverLearned(example)
                    && literal.unforgettable(example) == scores.unforgettable(example);
            if (!agrees) {
                assertEquals(describe(literal, example), describe(scores, example),
                        "example " + example + " after " + epochs + " epochs");
            }
            unforgettable += literal.unforgettable(example) ? 1 : 0;
            never += literal.neverLearned(example) ? 1 : 0;
            events += literal.forgettingEvents(example);
        }
        assertEquals(epochs, scores.epochs());
        assertEquals(unforgettable, scores.unforgettableCount());
        assertEquals(never, scores.neverLearnedCount());
        assertEquals((double) events / (scores.examples() - never), scores.meanForgettingEvents());
        assertArrayEquals(histogram(literal, scores.examples()), scores.histogram());
    }

    private static List<Object> describe(LiteralBookkeeping literal, int example) {
        return List.of(literal.presentations(example), literal.correctPresentations(example),
                literal.learningEvents(example), literal.forgettingEvents(example), literal.firstLearned(example),
                literal.neverLearned(example), literal.unforgettable(example));
    }

    private static List<Object> describe(ForgettingScores scores, int example) {
        return List.of(scores.presentations(example), scores.correctPresentations(example),
                scores.learningEvents(example), scores.forgettingEvents(example), scores.firstLearned(example),
                scores.neverLearned(example), scores.unforgettable(example));
    }

    private static int[] histogram(LiteralBookkeeping literal, int examples) {
        int most = 0;
        for (int example = 0; example < examples; example++) {
            most = Math.max(most, literal.forgettingEvents(example));
        }
        int[] histogram = new int[most + 1];
        for (int example = 0; example < examples; example++) {
            if (!literal.neverLearned(example)) {
                histogram[literal.forgettingEvents(example)]++;
            }
        }
        return histogram;
    }

    @Property(tries = 40, seed = "11")
    void shouldBeTheDefinitionsAtEveryPrefix(@ForAll RunShape shape, @ForAll WayOfRecording way) throws IOException {
        RunShape.Run run = shape.run();
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(shape.spec())) {
            RunShape.record(run, 0, shape.epochs(), way, tracker);
            try (History history = tracker.history()) {
                LiteralBookkeeping literal = new LiteralBookkeeping(shape.examples());
                assertScores(literal, ForgettingScores.of(history, 0), 0);
                for (int epoch = 0; epoch < shape.epochs(); epoch++) {
                    run.expected().epochs().get(epoch).forEach(literal::present);
                    assertScores(literal, ForgettingScores.of(history, epoch + 1), epoch + 1);
                }
                if (shape.epochs() == 0) {
                    assertThrows(IllegalArgumentException.class, () -> ForgettingScores.of(history));
                } else {
                    assertScores(literal, ForgettingScores.of(history), shape.epochs());
                }
            }
        }
    }

    /**
     * Compares the means after some epochs with those of a snapshot taken then, because the sums of earlier epochs are
     * not kept.
     */
    @Property(tries = 60, seed = "12")
    void shouldBeTheMeansOfEverySnapshot(@ForAll RunShape shape, @ForAll WayOfRecording way) throws IOException {
        RunShape.Run run = shape.run();
        float[][] sums = new float[shape.examples()][RunningSum.COUNT];
        int[] presentations = new int[shape.examples()];
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(shape.spec())) {
            for (int epoch = 0; epoch < shape.epochs(); epoch++) {
                RunShape.record(run, epoch, epoch + 1, way, tracker);
                for (Presentation presentation : run.expected().epochs().get(epoch)) {
                    presentations[presentation.example()]++;
                    add(presentation, sums[presentation.example()]);
                }
                try (History history = tracker.history()) {
                    assertMeans(sums, presentations, MeanScores.of(history));
                }
            }
        }
    }

    private static void add(Presentation presentation, float[] sums) {
        sums[RunningSum.MARGIN.column()] += presentation.margin();
        sums[RunningSum.EL2N.column()] += presentation.el2n();
        sums[RunningSum.PROBABILITY.column()] += presentation.probability();
        sums[RunningSum.PROBABILITY_SQUARED.column()] += presentation.probability() * presentation.probability();
        sums[RunningSum.LOSS.column()] += presentation.loss();
    }

    private static void assertMeans(float[][] sums, int[] presentations, MeanScores means) {
        for (int example = 0; example < presentations.length; example++) {
            double[] mean = new double[RunningSum.COUNT];
            for (RunningSum sum : RunningSum.values()) {
                mean[sum.column()] = presentations[example] == 0
                        ? Double.NaN
                        : (double) sums[example][sum.column()] / presentations[example];
            }
            double confidence = mean[RunningSum.PROBABILITY.column()];
            double variance = mean[RunningSum.PROBABILITY_SQUARED.column()] - confidence * confidence;
            assertEquals((float) mean[RunningSum.MARGIN.column()], means.margin(example));
            assertEquals((float) mean[RunningSum.EL2N.column()], means.el2n(example));
            assertEquals((float) confidence, means.confidence(example));
            assertEquals((float) Math.sqrt(variance < 0 ? 0 : variance), means.variability(example));
            assertEquals((float) mean[RunningSum.LOSS.column()], means.loss(example));
        }
    }
}
