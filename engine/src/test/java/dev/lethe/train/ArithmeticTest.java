package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArithmeticTest {
    @Test
    void shouldReadWhatItWrites() {
        for (String dtype : new String[]{"auto", "f32", "bf16"}) {
            for (String conv : new String[]{"auto", "direct"}) {
                Arithmetic arithmetic = Arithmetic.parse(dtype, conv);
                assertEquals(dtype, arithmetic.dtypeText());
                assertEquals(conv, arithmetic.convolutionsText());
            }
        }
        assertEquals(Arithmetic.FASTEST, Arithmetic.parse("auto", "auto"));
        assertEquals(Arithmetic.PLAIN, Arithmetic.parse("f32", "direct"));
    }

    @Test
    void shouldTakeFloatsForWinograd() {
        Arithmetic arithmetic = Arithmetic.parse("auto", "winograd");
        assertEquals(Optional.of(DType.F32), arithmetic.activations());
        assertEquals(ConvolutionChoice.WINOGRAD, arithmetic.convolutions());
        assertEquals("winograd", arithmetic.convolutionsText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"f16|auto|unknown dtype 'f16': choose auto, f32 or bf16",
            "f32|fft|unknown conv 'fft': choose auto, direct, winograd or tf32",
            "bf16|winograd|conv=winograd computes f32 only, not bf16: choose dtype f32, or conv auto"})
    void shouldRefuse(String dtype, String conv, String message) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> Arithmetic.parse(dtype, conv)).getMessage());
    }
}
