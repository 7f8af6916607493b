package dev.lethe.kernels;

import static dev.lethe.kernels.Tensors.gradient;
import static dev.lethe.kernels.Tensors.parameter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Activation;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Pause;
import dev.lethe.kernels.op.PointwiseOp;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every backend's plans that pause: the rest goes on with the activations of the part before it. */
abstract class PauseContract extends OptimizerContract {
    private static final int INPUTS = 24;
    private static final int HIDDEN = 19;
    private static final int OUTPUTS = 7;

    private final Tensor first = parameter("first", Shape.of(HIDDEN, INPUTS));
    private final Tensor second = parameter("second", Shape.of(OUTPUTS, HIDDEN));
    private final Tensor ofFirst = gradient("ofFirst", first.shape());
    private final Tensor ofSecond = gradient("ofSecond", second.shape());

    /** Two linear layers, whose outputs the caller reads, and whose gradient it writes, while the plan pauses. */
    private PlanSpec plan(int batch) {
        Tensor input = activation("input", batch, INPUTS);
        Tensor hidden = activation("hidden", batch, HIDDEN);
        Tensor output = activation("output", batch, OUTPUTS);
        Tensor hiddenGradient = activation("hiddenGradient", batch, HIDDEN);
        return new PlanSpec("forward", batch, List.of(
                new LinearOp.Forward(input, first, Optional.empty(), Activation.RELU, hidden),
                new LinearOp.Forward(hidden, second, Optional.empty(), Activation.IDENTITY, output),
                new PointwiseOp.Scale(output, 2, seen(batch)), new Pause("backward"),
                new LinearOp.BackwardWeights(hidden, given(batch), ofSecond, Optional.empty()),
                new LinearOp.BackwardData(given(batch), second, hiddenGradient),
                new PointwiseOp.ReluBackward(hidden, hiddenGradient, hiddenGradient),
                new LinearOp.BackwardWeights(input, hiddenGradient, ofFirst, Optional.empty())));
    }

    private Tensor seen(int batch) {
        return activation("seen", batch, OUTPUTS);
    }

    private Tensor given(int batch) {
        return activation("given", batch, OUTPUTS);
    }

    private Map<Tensor, float[]> results(Backend on, int batch) {
        Map<Tensor, float[]> results = new LinkedHashMap<>();
        try (Program program = on.compile(new ProgramSpec(List.of(plan(batch))))) {
            program.write(first, normal(first, SEED));
            program.write(second, normal(second, SEED + 1));
            Tensor input = activation("input", batch, INPUTS);
            for (int step = 0; step < 2; step++) { // in turns, with nothing left of the turn before
                program.write(input, normal(input, SEED + 2 + step));
                program.plan("forward").run(0, 0);
                results.put(seen(batch), program.read(seen(batch)));
                program.write(given(batch), normal(given(batch), SEED + 4 + step));
                program.plan("backward").run(0, 0);
            }
            List.of(ofFirst, ofSecond).forEach(each -> results.put(each, program.read(each)));
        }
        return results;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 37})
    void shouldGoOnAfterAPause(int batch) {
        Map<Tensor, float[]> expected = results(reference, batch);
        Map<Tensor, float[]> actual = results(backend, batch);
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((tensor, values) -> Agreement.assertAgree(tensor.name(), values, actual.get(tensor),
                (long) INPUTS * HIDDEN * OUTPUTS * batch, activations()));
    }

    @Test
    void shouldRefuseAPartWithTheNameOfAPlan() {
        PlanSpec other = new PlanSpec("backward", 3, List.of(new PointwiseOp.Scale(activation("from", 3, 2), 2,
                activation("to", 3, 2))));
        String message = assertThrows(IllegalArgumentException.class,
                () -> new ProgramSpec(List.of(plan(3), other))).getMessage();
        assertEquals("two plans are named backward", message);
        try (Program program = backend.compile(new ProgramSpec(List.of(plan(3))))) {
            message = assertThrows(IllegalArgumentException.class, () -> program.plan("pause")).getMessage();
            assertTrue(message.contains("[forward, backward]"), message);
        }
    }
}
