package dev.lethe.kernels.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.random.Philox.Stream;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {
    /** The known answer of Random123 for a key and a counter of zeros: 6627e8d5 e169c58d bc57ac4c 9b00dbd8. */
    @Test
    void shouldGiveTheKnownAnswer() {
        assertEquals(0xe169c58d_6627e8d5L, Philox.bits(0, Stream.INITIALIZATION, 0, 0));
    }

    /** The codes and bits are those of recorded runs: a change would make every resumed or repeated run another one. */
    @ParameterizedTest
    @CsvSource({"INITIALIZATION, 0, 5e0d986342358053", "ORDER, 1, 3b827d9ee2ebc78e", "PIXELS, 2, 689daa8bb7230988",
            "SPLIT, 3, 1efa4f626687383e", "AUGMENTATION, 4, 300a3e3ba4b3eb75", "CUTOUT, 5, c06bc7f61805ef00",
            "DROPOUT, 6, a02c55f1954ca3d6", "LABEL_NOISE, 7, e57db99c79e77d56", "PIXEL_NOISE, 8, 2c915913c1edb7cb",
            "SHUFFLE, 9, b72667a2b62243db", "TASKS, 10, 5f2ce04df908397b"})
    void shouldKeepTheCodeAndTheBitsOfEveryStream(Stream stream, int code, String bits) {
        assertEquals(code, stream.code());
        assertEquals(Long.parseUnsignedLong(bits, 16), Philox.bits(0x123456789L, stream, 3, 5L << 32 | 7));
    }

    @Test
    void shouldGiveEachStreamACodeOfItsOwn() {
        assertEquals(11, Stream.values().length, "a new stream needs a line above");
        Set<Integer> codes = Arrays.stream(Stream.values()).map(Stream::code).collect(Collectors.toSet());
        assertEquals(Stream.values().length, codes.size());
    }

    @Test
    void shouldKeepThePermutationOfAnEpoch() {
        int[] order = new int[8];
        Philox.permutation(order, 1, Stream.ORDER, 2);
        assertArrayEquals(new int[]{0, 3, 5, 7, 6, 4, 2, 1}, order);
    }
}
