package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.History;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.NeverLearned;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixComparisonTest {

    @Test
    void shouldCompareEveryPrefixWithTheEnd() throws IOException {
        try (History history = MadeUpRuns.random(400, 12, 1)) {
            ForgettingScores last = ForgettingScores.of(history);
            List<PrefixAgreement> agreements = PrefixComparison.spearman(0.3).ofEveryEpoch(history);
            assertEquals(12, agreements.size());
            for (int epochs = 1; epochs <= 12; epochs++) {
                PrefixAgreement agreement = agreements.get(epochs - 1);
                assertEquals(epochs, agreement.epochs());
                assertEquals(400, agreement.examples());
                double expected = CorrelationCoefficient.SPEARMAN.of(ForgettingScores.of(history, epochs), last,
                        NeverLearned.LAST);
                assertEquals(expected, agreement.correlation(CorrelationCoefficient.SPEARMAN));
            }
            assertEquals(1, agreements.getLast().correlation(CorrelationCoefficient.SPEARMAN), 1e-12);
            assertTrue(agreements.get(5).correlation(CorrelationCoefficient.SPEARMAN) > agreements.getFirst()
                    .correlation(CorrelationCoefficient.SPEARMAN));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEPARATE", "AS_EPOCHS"})
    void shouldComputeAllCoefficientsThatAreAskedFor(NeverLearned neverLearned) throws IOException {
        Set<CorrelationCoefficient> all = EnumSet.allOf(CorrelationCoefficient.class);
        try (History history = MadeUpRuns.random(300, 9, 2)) {
            ForgettingScores last = ForgettingScores.of(history);
            List<PrefixAgreement> agreements = new PrefixComparison(neverLearned, all, 0.1).of(history, 7, 3, 7);
            assertEquals(List.of(7, 3, 7), agreements.stream().map(PrefixAgreement::epochs).toList());
            for (PrefixAgreement agreement : agreements) {
                ForgettingScores prefix = ForgettingScores.of(history, agreement.epochs());
                int learned = 300 - prefix.neverLearnedCount();
                assertEquals(neverLearned == NeverLearned.SEPARATE ? learned : 300, agreement.examples());
                for (CorrelationCoefficient coefficient : all) {
                    assertEquals(coefficient.of(prefix, last, neverLearned), agreement.correlation(coefficient));
                }
            }
        }
    }

    /**
     * Covers a run in which examples 0 and 1 have one event after two epochs, and in the end 0 has two, 1 and 2 have
     * one.
     */
    @Test
    void shouldMeasureTheOverlapOfBothEnds() throws IOException {
        try (History history = MadeUpRuns.history("+-+-", "+-++", "+++-", "++++", "----", "++++")) {
            PrefixAgreement agreement = PrefixComparison.spearman(0.5).of(history, 2).getFirst();
            // easiest three: 2, 3, 5 first; in the end 3, 5 and either 1 or 2
            assertEquals(2.5 / 3, agreement.easiestOverlap(), 1e-12);
            // hardest three: 0, 1, 4 first; in the end 4, 0 and either 1 or 2
            assertEquals(2.5 / 3, agreement.hardestOverlap(), 1e-12);
        }
    }

    @Test
    void shouldHaveNoCorrelationBeforeTheFirstEpoch() throws IOException {
        try (History history = MadeUpRuns.random(100, 3, 4)) {
            PrefixAgreement agreement = PrefixComparison.spearman(0.25).of(history, 0).getFirst();
            assertEquals(Double.NaN, agreement.correlation(CorrelationCoefficient.SPEARMAN));
            assertEquals(0.25, agreement.easiestOverlap(), 1e-12);
            PrefixComparison separate = new PrefixComparison(NeverLearned.SEPARATE,
                    Set.of(CorrelationCoefficient.KENDALL), 0.25);
            PrefixAgreement nothing = separate.of(history, 0).getFirst();
            assertEquals(0, nothing.examples());
            assertEquals(Double.NaN, nothing.correlation(CorrelationCoefficient.KENDALL));
            assertEquals(Double.NaN, nothing.hardestOverlap());
        }
    }

    @Test
    void shouldCompareNothingOfARunWithoutEpochs() throws IOException {
        try (History history = MadeUpRuns.history("", "")) {
            assertEquals(List.of(), PrefixComparison.spearman(0.5).ofEveryEpoch(history));
        }
    }

    @Test
    void shouldRefuseEpochsThatAreNotCommitted() throws IOException {
        try (History history = MadeUpRuns.history("+-", "++")) {
            assertThrows(IndexOutOfBoundsException.class, () -> PrefixComparison.spearman(0.5).of(history, 1, 3));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
    void shouldRefuseAShareThatIsNone(double share) {
        assertEquals("share=" + share + " is not in (0, 1]",
                assertThrows(IllegalArgumentException.class, () -> PrefixComparison.spearman(share)).getMessage());
    }

    @Test
    void shouldRefuseCoefficientsThatAreNotDefinedOrWereNotAskedFor() {
        assertThrows(IllegalArgumentException.class,
                () -> new PrefixComparison(NeverLearned.LAST, Set.of(CorrelationCoefficient.PEARSON), 0.5));
        PrefixAgreement agreement = new PrefixAgreement(1, 2, Map.of(CorrelationCoefficient.SPEARMAN, 0.5), 0, 0);
        assertEquals("coefficient=KENDALL is not among [SPEARMAN]: ask for it when comparing",
                assertThrows(IllegalArgumentException.class,
                        () -> agreement.correlation(CorrelationCoefficient.KENDALL)).getMessage());
    }
}
