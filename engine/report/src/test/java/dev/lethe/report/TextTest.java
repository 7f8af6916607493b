package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

    @ParameterizedTest
    @CsvSource({"0, 0%", "1, 100%", "0.917, 91.7%", "0.5, 50.0%", "0.0042, 0.42%", "0.9985, 99.85%", "0.00005, 0.005%",
            "0.9999, 99.99%", "0.000001, under 0.001%", "0.999999, over 99.999%", "NaN, –"})
    void shouldNeverRoundAFewToNoneOrToAll(double share, String expected) {
        assertEquals(expected, Text.percent(share));
    }

    @Test
    void shouldCountInThousands() {
        assertEquals("60,000 images", Text.count(60_000, "image"));
        assertEquals("1 image", Text.count(1, "image"));
        assertEquals("1,234.50", Text.number(1234.5, 2));
        assertEquals("–", Text.number(Double.POSITIVE_INFINITY, 2));
    }
}
