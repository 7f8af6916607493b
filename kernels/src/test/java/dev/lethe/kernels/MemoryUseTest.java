package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryUseTest {
    @ParameterizedTest
    @CsvSource({"0, 0 bytes", "1023, 1023 bytes", "-7, -7 bytes", "1024, 1.00 KiB", "100000, 97.66 KiB",
            "1048575, 1024.00 KiB", "524288, 512.00 KiB", "-1572864, -1.50 MiB", "1610612736, 1.50 GiB",
            "1099511627776, 1.00 TiB", "9223372036854775807, 8.00 EiB"})
    void shouldSpeakOfBytesInTheUnitOfTheirNumber(long bytes, String text) {
        assertEquals(text, MemoryUse.text(bytes));
    }
}
