package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AverageRanksTest {

    @ParameterizedTest
    @CsvSource({"1, 0, 3", "2, 1, 3", "3, 2, 1", "4, 2, 9", "5, 300, 2", "6, 300, 20", "7, 300, 1000000"})
    void shouldAgreeWithTheLiteralDefinition(long seed, int examples, int levels) {
        double[] scores = new Random(seed).ints(examples, -levels, levels).asDoubleStream().toArray();
        assertArrayEquals(LiteralRanks.averageRanks(scores), AverageRanks.of(scores));
    }

    @Test
    void shouldAgreeWithSciPy() throws IOException {
        for (RankFixture fixture : RankFixture.cases("correlation")) {
            assertArrayEquals(fixture.row("ranks"), AverageRanks.of(fixture.row("first")));
        }
    }

    @Test
    void shouldGiveAllTiedExamplesTheMiddle() {
        assertArrayEquals(new double[]{1.5, 1.5, 1.5, 1.5}, AverageRanks.of(new double[]{0.0, -0.0, 0.0, -0.0}));
    }

    @Test
    void shouldRefuseNaNAndNameTheExample() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> AverageRanks.of(new double[]{0, Double.NaN}))
                .getMessage().startsWith("score=NaN of example=1 has no rank"));
    }
}
