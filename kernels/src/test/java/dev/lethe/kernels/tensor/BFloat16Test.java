package dev.lethe.kernels.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BFloat16Test {
    @ParameterizedTest
    @CsvSource({"0x1.00p0,0x1.00p0", "0x1.01p0,0x1.00p0", "0x1.03p0,0x1.04p0", "0x1.010002p0,0x1.02p0",
            "0x1.00fffep0,0x1.00p0", "0x1.fffffep127,Infinity", "-0.0,-0.0", "0x1.8p-149,0x0.0p0",
            "-Infinity,-Infinity"})
    void shouldRoundToTheNearestAndTiesToEven(String value, String rounded) {
        assertEquals(Float.parseFloat(rounded), BFloat16.round(Float.parseFloat(value)));
    }

    @Test
    void shouldKeepEveryNaN() {
        for (int bits : new int[]{0x7F800001, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FC00000}) {
            assertTrue(Float.isNaN(BFloat16.round(Float.intBitsToFloat(bits))), Integer.toHexString(bits));
        }
    }

    @Test
    void shouldLeaveNoNearerValue() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            float value = (float) Math.scalb(random.nextGaussian(), random.nextInt(-100, 100));
            float rounded = BFloat16.round(value);
            assertTrue(Math.abs(rounded - value) <= 0x1p-8 * Math.abs(value), value + " became " + rounded);
            assertEquals(rounded, BFloat16.round(rounded));
        }
    }
}
