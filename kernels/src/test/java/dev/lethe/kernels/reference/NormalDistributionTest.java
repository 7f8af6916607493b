package dev.lethe.kernels.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalDistributionTest {
    /** The expected values come from arithmetic of 40 digits. */
    @ParameterizedTest
    @CsvSource({"0, 0.5", "0.1, 0.53982783727702898", "1, 0.84134474606854295", "-1, 0.15865525393145705",
            "2.9, 0.99813418669961597", "-2.9, 0.0018658133003840373", "-3, 0.0013498980316300945",
            "-3.1, 0.00096760321321835689", "-6, 9.8658764503769814e-10", "-20, 2.7536241186062337e-89",
            "6, 0.99999999901341232", "50, 1"})
    void shouldMatchKnownValues(double x, double expected) {
        assertEquals(expected, NormalDistribution.cumulative(x), 1e-13 * expected);
    }

    @Test
    void shouldHaveTheDensityAsItsSlope() {
        double step = 1e-5;
        for (double x = -9; x < 9; x += 0.0078125) { // across every border between two ways to compute it
            double slope = (NormalDistribution.cumulative(x + step) - NormalDistribution.cumulative(x - step))
                    / (2 * step);
            assertEquals(NormalDistribution.density(x), slope, 1e-10, "at " + x);
        }
    }
}
