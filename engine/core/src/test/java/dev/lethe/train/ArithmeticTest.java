package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import dev.lethe.run.RunSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

    /** Reference backend to which bfloat16s are the fastest. */
    private static final class PrefersBFloat16 implements Backend {
        private final ReferenceBackend reference = new ReferenceBackend();
        private @Nullable ConvolutionChoice compiled;

        @Override
        public BackendInfo info() {
            return reference.info();
        }

        @Override
        public DType fastestActivations(ProgramSpec floats) {
            return DType.BF16;
        }

        @Override
        public Program compile(ProgramSpec spec) {
            compiled = spec.convolutions();
            return reference.compile(spec);
        }

        @Override
        public void close() {
            reference.close();
        }
    }

    @Test
    void shouldBeTheFastestInTrainersAsInRunsWhereNoneIsGiven() {
        TrainingConfig config = TrainingConfig.mnist(1, 1);
        assertEquals(Arithmetic.FASTEST, RunSettings.of("mnist", "mnist-cnn", config).on("auto", 1).arithmetic());
        try (PrefersBFloat16 backend = new PrefersBFloat16();
                Trainer trainer = new Trainer(backend, Network.of("linear", Layer.linear("fc", 10)),
                        SomeOfMnist.of(64, 10), config)) {
            assertEquals(DType.BF16, trainer.activations());
            assertEquals(ConvolutionChoice.FASTEST, backend.compiled);
        }
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
