package dev.lethe.kernels.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionSpecTest {
    private static ConvolutionSpec spec(int kernel, int stride, int padding, int dilation) {
        return new ConvolutionSpec(1, 1, kernel, stride, padding, dilation, 1);
    }

    private static void assertRefused(String expected, Runnable made) {
        String message = assertThrows(IllegalArgumentException.class, made::run).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void shouldHaveNoDilationWhereThereIsOneTap() {
        assertEquals(spec(1, 2, 1, 1), spec(1, 2, 1, 1 << 30));
    }

    /** Sides that no int holds made outputs of some other side. */
    @Test
    void shouldRefuseSizesBeyondInts() {
        assertRefused("kernel=3 with dilation=1073741824 spans 2147483649 pixels", () -> spec(3, 1, 0, 1 << 30));
        assertRefused("padding=2147483647 makes an input of side 5 one of side 4294967299",
                () -> spec(3, 1, Integer.MAX_VALUE, 1).outputSide(5));
        assertRefused("padding=1073741823 makes an input of side 5", () -> spec(3, 1, (1 << 30) - 1, 1).outputSide(5));
        assertRefused("at most", () -> new PoolSpec(1 << 16, 1, 0));
        assertRefused("padding=1073741824", () -> new PoolSpec(2, 1, 1 << 30));
        assertRefused("padding=2147483647", () -> new PoolSpec(2, 1, Integer.MAX_VALUE));
    }

    @Test
    void shouldComputeTheLargestSides() {
        assertEquals(Integer.MAX_VALUE - 2, spec(3, 1, (1 << 30) - 3, 1).outputSide(5));
        assertEquals(1, spec(2, 1, 0, Integer.MAX_VALUE - 1).outputSide(Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({"28,3,65536,1,28", "28,3,2,1,2", "5,5,3,0,1", "9,3,7,0,7", "9,3,6,0,6", "1,1,9,4,9"})
    void shouldFindTheLeastStrideThatComputesTheSame(int side, int kernel, int stride, int padding, int least) {
        ConvolutionSpec spec = spec(kernel, stride, padding, 1);
        assertEquals(least, spec.leastStride(side));
        assertEquals(spec.outputSide(side), spec(kernel, least, padding, 1).outputSide(side));
        if (padding == 0) {
            assertEquals(least, new PoolSpec(kernel, stride, 0).leastStride(side));
        }
    }

    @ParameterizedTest
    @CsvSource({ // side, kernel, stride, padding, dilation; a tap that is idle, an output of padding alone
            "8,3,1,1,1,false,false", "1,3,1,1,1,true,false", "2,3,1,1,1,false,false", "2,3,2,1,1,true,false",
            "5,1,1,1,1,false,true", "1,2,1,2,3,true,true", "9,3,1,1,1,false,false", "4,3,7,0,1,false,false"})
    void shouldTellWhatMeetsPaddingAlone(int side, int kernel, int stride, int padding, int dilation, boolean idle,
            boolean alone) {
        ConvolutionSpec spec = spec(kernel, stride, padding, dilation);
        assertEquals(idle, spec.hasIdleTaps(side));
        assertEquals(alone, spec.readsPaddingAlone(side));
    }

    @ParameterizedTest
    @CsvSource({"12,5,7,3,3", "8,3,1,1,-1", "8,2,2,0,0", "9,2,2,0,1", "28,3,65536,1,26"})
    void shouldCountThePixelsThatNoOutputReads(int side, int kernel, int stride, int padding, int unread) {
        assertEquals(unread, spec(kernel, stride, padding, 1).unreadEnd(side));
    }
}
