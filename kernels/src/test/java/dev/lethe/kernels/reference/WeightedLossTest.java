package dev.lethe.kernels.reference;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The gradient of weighted losses, against central differences of the losses that are told. */
class WeightedLossTest {
    private static final int BATCH = 5;
    private static final int CLASSES = 4;
    private static final int MEAN_OVER = 8;
    private static final double STEP = 1e-2;
    private static final float[] WEIGHTS = {1, 0, 2.5f, -0.5f, 0.25f};

    private static Tensor tensor(String name, Role role, DType type, int... dims) {
        return new Tensor(name, role, type, Shape.of(dims));
    }

    @Test
    void shouldBeTheDerivativeOfTheWeightedSumOverTheBatch() {
        Tensor logits = tensor("logits", Role.ACTIVATION, DType.F32, BATCH, CLASSES);
        Tensor gradient = tensor("gradient", Role.ACTIVATION, DType.F32, BATCH, CLASSES);
        Tensor labels = tensor("labels", Role.DATA, DType.S32, BATCH);
        Tensor order = tensor("order", Role.DATA, DType.S32, BATCH);
        Tensor weights = tensor("weights", Role.DATA, DType.F32, BATCH);
        Predictions rows = Predictions.rows("p", BATCH);
        PlanSpec plan = new PlanSpec("loss", BATCH, List.of(new SoftmaxCrossEntropy(logits, labels, order, rows, 0,
                MEAN_OVER, Optional.of(gradient), Optional.empty(), Optional.of(weights))));
        try (ReferenceBackend backend = new ReferenceBackend();
                Arena arena = Arena.ofConfined();
                ReferenceProgram program = backend.compile(new ProgramSpec(List.of(plan)))) {
            program.bind(labels, MemorySegment.ofArray(new int[]{0, 1, 2, 3, 1}));
            program.bind(order, MemorySegment.ofArray(new int[]{4, 1, 3, 0, 2}));
            program.bind(weights, MemorySegment.ofArray(WEIGHTS));
            rows.columns().forEach(column -> program.bind(column, arena.allocate(column.bytes(), 64)));
            MemorySegment losses = program.memory(rows.loss());
            double[] z = program.values(logits); // (BATCH, CLASSES)
            Random random = new Random(3);
            for (int i = 0; i < z.length; i++) {
                z[i] = random.nextGaussian();
            }
            program.plan("loss").run(0, 0);
            double[] actual = program.values(gradient).clone();
            for (int i = 0; i < z.length; i++) {
                double value = z[i];
                z[i] = value + STEP;
                double above = weightedMean(program, losses);
                z[i] = value - STEP;
                double below = weightedMean(program, losses);
                z[i] = value;
                assertEquals((above - below) / (2 * STEP), actual[i], 1e-4, "element " + i);
            }
        }
    }

    private static double weightedMean(ReferenceProgram program, MemorySegment losses) {
        program.plan("loss").run(0, 0);
        double sum = 0;
        for (int n = 0; n < BATCH; n++) {
            sum += WEIGHTS[n] * losses.getAtIndex(JAVA_FLOAT, n);
        }
        return sum / MEAN_OVER;
    }
}
