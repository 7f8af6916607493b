package dev.lethe.tracker.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Presentation;
import dev.lethe.tracker.RandomRun;
import dev.lethe.tracker.TrackerSpec;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeanScoresTest {
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @ValueSource(doubles = {1.0, 0.6})
    void shouldAverageOverThePresentationsOfEachExample(double share) throws IOException {
        RandomRun run = RandomRun.sampled(300, 20, share, 4);
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(run.spec())) {
            run.recordInto(tracker);
            try (History history = tracker.history()) {
                MeanScores means = MeanScores.of(history);
                for (int example = 0; example < 300; example++) {
                    int id = example;
                    List<Presentation> of = run.epochs().stream().flatMap(List::stream)
                            .filter(p -> p.example() == id).toList();
                    double confidence = mean(of, Presentation::probability);
                    assertEquals(mean(of, Presentation::margin), means.margin(id), TOLERANCE);
                    assertEquals(mean(of, Presentation::el2n), means.el2n(id), TOLERANCE);
                    assertEquals(confidence, means.confidence(id), TOLERANCE);
                    assertEquals(mean(of, Presentation::loss), means.loss(id), TOLERANCE);
                    double variance = mean(of, p -> (p.probability() - confidence) * (p.probability() - confidence));
                    assertEquals(Math.sqrt(variance), means.variability(id), TOLERANCE);
                }
            }
        }
    }

    private static double mean(List<Presentation> presentations, ToDoubleFunction<Presentation> value) {
        return presentations.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    @Test
    void shouldHaveNoMeansOfAnExampleThatWasNeverPresented() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(2, 1))) {
            tracker.record(0, true, 1, 2, 0.5f, 4);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                MeanScores means = MeanScores.of(history);
                assertEquals(2, means.examples());
                assertEquals(4, means.loss(0));
                assertEquals(0, means.variability(0));
                assertTrue(Float.isNaN(means.margin(1)) && Float.isNaN(means.variability(1)));
            }
        }
    }

    @Test
    void shouldNotReportADeviationOfEqualProbabilities() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(1, 50))) {
            for (int epoch = 0; epoch < 50; epoch++) {
                tracker.record(0, true, 0, 0, 0.99999f, 0);
                tracker.commitEpoch();
            }
            try (History history = tracker.history()) {
                assertEquals(0, MeanScores.of(history).variability(0), 2e-3);
            }
        }
    }

    @Test
    void shouldShowNaNWhereAPresentationHadOne() throws IOException {
        try (ForgettingTracker tracker = ForgettingTracker.inMemory(TrackerSpec.of(2, 1))) {
            tracker.record(0, true, 1, 1, Float.NaN, 1);
            tracker.record(1, true, 1, 1, 1, 1);
            tracker.commitEpoch();
            try (History history = tracker.history()) {
                MeanScores means = MeanScores.of(history);
                assertTrue(Float.isNaN(means.confidence(0)) && Float.isNaN(means.variability(0)));
                assertEquals(1, means.confidence(1));
            }
        }
    }
}
