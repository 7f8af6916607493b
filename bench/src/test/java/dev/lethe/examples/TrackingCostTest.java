package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class TrackingCostTest {
    @Test
    void shouldComputeTheSameLossesWithTrackingAndWithout() throws IOException {
        TrackingCost benchmark = new TrackingCost();
        benchmark.open();
        double losses = benchmark.untracked();
        assertTrue(losses / TrackingCost.EXAMPLES > 2 && losses / TrackingCost.EXAMPLES < 4, "losses=" + losses);
        assertEquals(losses, benchmark.tracked());
        assertEquals(losses, benchmark.tracked(), "an example is presented again after the commit");
        benchmark.close();
        assertThrows(IllegalStateException.class, benchmark::tracked);
    }
}
