package dev.lethe.nativelib.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.onednn.OneDnnLibrary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rounding errors of Winograd's convolutions relative to those of direct ones: root mean squares over all values,
 * against the reference, which sums up in doubles.
 */
class WinogradErrorTest {
    /** The least error that is required: a direct convolution of few products may be exact by luck. */
    private static final double LEAST = Math.ulp(1f);
    private static final long PRODUCTS = 20_000_000; // of a case: the reference takes a second for so many

    static Stream<Arguments> shapes() {
        Stream<Arguments> chosen = Stream.of( // batch, side, inputs, outputs, padding
                Arguments.of(1, 1, 1, 1, 1), Arguments.of(1, 65, 1, 3, 1), Arguments.of(3, 65, 5, 7, 1),
                Arguments.of(1, 3, 513, 513, 1), Arguments.of(5, 4, 513, 17, 0), Arguments.of(1, 6, 16, 513, 2),
                Arguments.of(7, 8, 64, 64, 1), Arguments.of(1, 32, 64, 64, 1), Arguments.of(3, 2, 128, 256, 1));
        Random random = new Random(5);
        return Stream.concat(chosen, Stream.generate(() -> {
            int side = 1 + random.nextInt(65);
            int inputs = 1 + random.nextInt(513);
            int most = Math.clamp(PRODUCTS / (9L * side * side * inputs), 1, 513);
            return Arguments.of(1 + 2 * random.nextInt(2), side, inputs, 1 + random.nextInt(most), 1);
        }).limit(12));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void shouldStayWithinTheirBounds(int batch, int side, int inputs, int outputs, int padding) {
        assumeTrue(OneDnnLibrary.availability() instanceof BackendProvider.Availability.Available);
        ConvolutionSpec spec = new ConvolutionSpec(inputs, outputs, 3, 1, padding, 1, 1);
        Tensor input = new Tensor("input", Role.ACTIVATION, DType.F32, Shape.of(batch, side, side, inputs));
        PlanSpec plan = plan(batch, spec, input);
        Map<Tensor, float[]> exact;
        try (Backend reference = new ReferenceBackend()) {
            exact = run(reference, plan, ConvolutionChoice.DIRECT);
        }
        try (Backend backend = Backends.open("onednn", 2)) {
            Map<Tensor, float[]> direct = run(backend, plan, ConvolutionChoice.DIRECT);
            assertWithin(2, 2.5, exact, direct, run(backend, plan, every(ConvolutionAlgorithm.WINOGRAD_2)));
            assertWithin(20, 20, exact, direct, run(backend, plan, every(ConvolutionAlgorithm.WINOGRAD_4)));
        }
    }

    private static ConvolutionChoice every(ConvolutionAlgorithm algorithm) {
        return new ConvolutionChoice.Every(algorithm);
    }

    private static PlanSpec plan(int batch, ConvolutionSpec spec, Tensor input) {
        Tensor weights = new Tensor("weights", Role.PARAMETER, DType.F32, spec.weightsShape());
        Tensor output = new Tensor("output", Role.ACTIVATION, DType.F32, spec.outputShape(input.shape()));
        Tensor outputGradient = new Tensor("outputGradient", Role.ACTIVATION, DType.F32, output.shape());
        Tensor inputGradient = new Tensor("inputGradient", Role.ACTIVATION, DType.F32, input.shape());
        Tensor weightsGradient = new Tensor("weightsGradient", Role.GRADIENT, DType.F32, weights.shape());
        return new PlanSpec("convolutions", batch, List.of(
                new ConvolutionOp.Forward(spec, input, weights, Optional.empty(), Activation.IDENTITY, output),
                new ConvolutionOp.BackwardData(spec, outputGradient, weights, inputGradient),
                new ConvolutionOp.BackwardWeights(spec, input, outputGradient, weightsGradient, Optional.empty())));
    }

    private static Map<Tensor, float[]> run(Backend backend, PlanSpec plan, ConvolutionChoice choice) {
        try (Program program = backend.compile(new ProgramSpec(List.of(plan), choice))) {
            Random random = new Random(11);
            List<Tensor> written = plan.ops().stream().flatMap(op -> op.writes().stream()).toList();
            plan.tensors().stream().filter(tensor -> !written.contains(tensor)).forEach(tensor -> {
                float[] values = new float[Math.toIntExact(tensor.shape().elements())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                program.write(tensor, values);
            });
            program.plan(plan.name()).run(0, 0);
            Map<Tensor, float[]> results = new LinkedHashMap<>();
            written.forEach(tensor -> results.put(tensor, program.read(tensor)));
            return results;
        }
    }

    private static void assertWithin(double ofImages, double ofWeights, Map<Tensor, float[]> exact,
            Map<Tensor, float[]> direct, Map<Tensor, float[]> winograd) {
        exact.forEach((tensor, values) -> {
            double factor = tensor.role() == Role.GRADIENT ? ofWeights : ofImages;
            double bound = factor * Math.max(error(values, direct.get(tensor)), LEAST);
            double error = error(values, winograd.get(tensor));
            assertTrue(error <= bound,
                    () -> "the relative error of " + tensor.name() + " is " + error + ", " + error / bound * factor
                            + " times that of a direct convolution");
        });
    }

    /** Returns the error of all values together, relative to them. */
    private static double error(float[] exact, float[] values) {
        double squares = 0;
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            double difference = (double) exact[i] - values[i];
            squares += difference * difference;
            sum += (double) exact[i] * exact[i];
        }
        return Math.sqrt(squares / sum);
    }
}
