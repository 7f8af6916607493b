package dev.lethe.bench.peers.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.bench.TrainStepBenchmark;
import dev.lethe.bench.peers.onednn.OneDnnConvolution.Pass;
import dev.lethe.kernels.host.Processor;
import dev.lethe.kernels.tensor.DType;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvBoundBenchmarkTest {
    private static final double BF16_TOLERANCE = 0.01;
    private static final boolean CONVOLVES_BF16 = Processor.features().contains("avx512f");

    private static ConvBoundBenchmark prepared(String model, String dtype) {
        ConvBoundBenchmark benchmark = new ConvBoundBenchmark();
        benchmark.model = model;
        benchmark.dtype = dtype;
        benchmark.batch = 3;
        benchmark.threads = 2;
        benchmark.prepare();
        benchmark.step(new TrainStepBenchmark.Throughput());
        return benchmark;
    }

    @ParameterizedTest
    @CsvSource({"resnet18, 11", "airbench94, 6"})
    void shouldComputeTheSameInBothTypes(String model, int layers) {
        assumeTrue(CONVOLVES_BF16, "oneDNN convolves bfloat16 with AVX-512 alone");
        ConvBoundBenchmark f32 = prepared(model, "f32");
        ConvBoundBenchmark bf16 = prepared(model, "bf16");
        for (int layer = 0; layer < layers; layer++) {
            for (Pass pass : Pass.values()) {
                float[] expected = f32.result(layer, pass);
                float[] actual = bf16.result(layer, pass);
                assertEquals(expected.length, actual.length);
                assertTrue(relativeError(expected, actual) < BF16_TOLERANCE, pass + " of layer " + layer);
            }
        }
        f32.close();
        bf16.close();
    }

    @Test
    void shouldNameTheTypeThatTheProcessorDoesNotConvolve() {
        assumeFalse(CONVOLVES_BF16, "oneDNN convolves bfloat16 here");
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> prepared("resnet18", "bf16"));
        assertTrue(refused.getMessage().startsWith("oneDNN has no convolution for dtype=bf16 on this processor"),
                refused.getMessage());
    }

    private static double relativeError(float[] expected, float[] actual) {
        double error = 0;
        double scale = Double.MIN_NORMAL;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            scale += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / scale);
    }

    @Test
    void shouldComputeTheConvolutionAndItsGradients() {
        ConvolutionLayer layer = new ConvolutionLayer(5, 7, 6, 3, 2, 1, 1, true, true);
        try (PointerScope _ = new PointerScope()) {
            engine cpu = new engine(engine.kind.cpu, 0);
            OneDnnConvolution convolution = new OneDnnConvolution(layer, 2, DType.F32, cpu, new stream(cpu),
                    ConvBoundBenchmark::value);
            convolution.run();
            float[] output = new float[2 * 3 * 3 * 7];
            float[] inputGradient = new float[2 * 6 * 6 * 5];
            float[] weightGradient = new float[7 * 5 * 3 * 3];
            for (int at = 0; at < output.length; at++) {
                int x = at / 7 % 3;
                int y = at / 21 % 3;
                int n = at / 63;
                addWindow(at, n, y, x, output, inputGradient, weightGradient);
            }
            assertTrue(relativeError(output, convolution.result(Pass.FORWARD)) < 1e-6);
            assertTrue(relativeError(inputGradient, convolution.result(Pass.INPUT_GRADIENT)) < 1e-6);
            assertTrue(relativeError(weightGradient, convolution.result(Pass.WEIGHT_GRADIENT)) < 1e-6);
        }
    }

    /**
     * Adds all products of one output: of input, weight and gradient of the output, which are all {@code value(index)}.
     */
    private static void addWindow(int at, int n, int y, int x, float[] output, float[] inputGradient,
            float[] weightGradient) {
        for (int i = 0; i < 9; i++) {
            int row = 2 * y - 1 + i / 3;
            int column = 2 * x - 1 + i % 3;
            for (int c = 0; c < 5 && row >= 0 && row < 6 && column >= 0 && column < 6; c++) {
                int pixel = ((n * 6 + row) * 6 + column) * 5 + c;
                int weight = (at % 7 * 5 + c) * 9 + i;
                output[at] += (float) (ConvBoundBenchmark.value(pixel) * ConvBoundBenchmark.value(weight));
                inputGradient[pixel] += (float) (ConvBoundBenchmark.value(at) * ConvBoundBenchmark.value(weight));
                weightGradient[weight] += (float) (ConvBoundBenchmark.value(at) * ConvBoundBenchmark.value(pixel));
            }
        }
    }

    @Test
    void shouldListEveryConvolutionOfTheNetworks() {
        assertEquals(555_417_600, multiplications(ConvolutionLayer.resnet18()));
        assertEquals(118_144_800, multiplications(ConvolutionLayer.airbench94()));
    }

    private static long multiplications(List<ConvolutionLayer> layers) {
        return layers.stream().mapToLong(ConvolutionLayer::multiplications).sum();
    }

    @ParameterizedTest
    @CsvSource({"mnist-cnn, f32, the convolutions of model=mnist-cnn", "resnet18, f16, unknown dtype=f16"})
    void shouldSayWhatItCannotMeasure(String model, String dtype, String sentence) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> prepared(model, dtype));
        assertTrue(refused.getMessage().startsWith(sentence), refused.getMessage());
    }
}
