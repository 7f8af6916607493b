package dev.lethe.tracker.plane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FloatFunctionsTest {
    @Test
    void shouldBeWithinTwoUnitsInTheLastPlaceOfTheExponential() {
        for (float x = 0; x > FloatFunctions.SMALLEST; x -= 0.00137f) {
            double exact = Math.exp(x);
            assertEquals(exact, FloatFunctions.exponential(x), 2 * Math.ulp((float) exact), "e^" + x);
        }
        assertEquals(1, FloatFunctions.exponential(0));
        assertEquals(FloatFunctions.exponential(-87), FloatFunctions.exponential(Float.NEGATIVE_INFINITY));
    }

    @Test
    void shouldBeWithinTwoUnitsInTheLastPlaceOfTheLogarithm() {
        for (double x = 1; x < 100_000; x *= 1.00007) {
            double exact = Math.log((float) x);
            float actual = FloatFunctions.logarithm((float) x);
            assertTrue(Math.abs(actual - exact) <= 2 * Math.ulp((float) exact), "ln " + x + " = " + actual);
        }
        assertEquals(0, FloatFunctions.logarithm(1));
    }
}
