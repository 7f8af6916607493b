package dev.lethe.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void shouldLeaveOutALossThatIsNotKnown() {
        assertEquals("loss 0.2500, test accuracy 97.50%", Progress.measures(0.25, 0.975));
        assertEquals("test accuracy 97.50%", Progress.measures(Double.NaN, 0.975));
    }
}
