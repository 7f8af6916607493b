package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.reference.ReferenceProgram;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients of the reference compared with central differences of its loss, in double precision, for whole networks.
 */
class CentralDifferencesTest {
    private static final int BATCH = 3;
    private static final int CLASSES = 4;
    private static final double STEP = 1e-5;
    private static final double TOLERANCE = 1e-8;

    static Stream<Network> networks() {
        return Stream.of(Network.of("linear", Layer.linear("fc", CLASSES)),
                Network.of("perceptron", Layer.linear("fc1", 7), Layer.relu(), Layer.linear("fc2", CLASSES)),
                Network.of("like mnist-cnn", Layer.convolution("conv1", 3, 3), Layer.maxPool(2), Layer.relu(),
                        Layer.convolution("conv2", 5, 2), Layer.maxPool(2), Layer.relu(), Layer.linear("fc1", 6),
                        Layer.relu(), Layer.linear("fc2", CLASSES)),
                Network.of("strided and padded", Layer.relu(), Layer.convolution("conv1", 4, 3).stride(2).padding(1),
                        Layer.relu(),
                        Layer.relu(), Layer.convolution("conv2", 3, 3).padding(1),
                        new Layer.MaxPool(new PoolSpec(3, 2, 1)), Layer.linear("fc", CLASSES)),
                Network.of("residuals", Layer.convolution("conv0", 4, 3).withoutBias(), Layer.batchNorm("bn0"),
                        Layer.relu(),
                        new Layer.Residual(List.of(Layer.convolution("conv1", 4, 3).padding(1).withoutBias(),
                                Layer.batchNorm("bn1")), List.of()),
                        Layer.relu(),
                        new Layer.Residual(
                                List.of(Layer.convolution("conv2", 6, 3).stride(2).padding(1), Layer.batchNorm("bn2"),
                                        Layer.relu(), Layer.convolution("conv3", 6, 3).padding(1)),
                                List.of(Layer.convolution("conv4", 6, 1).stride(2), Layer.relu())),
                        new Layer.Residual(List.of(Layer.relu(), Layer.convolution("conv5", 6, 1),
                                new Layer.Residual(List.of(Layer.convolution("conv6", 6, 1), Layer.relu()), List.of())),
                                List.of()),
                        Layer.globalAveragePool(), Layer.linear("fc", CLASSES).withoutBias()),
                Network.of("like airbench94",
                        Layer.convolution("conv0", 6, 2).initial(Initial.WHITENING).withFrozenWeights(), Layer.gelu(),
                        Layer.convolution("conv1", 8, 3).padding(1).withoutBias().initial(Initial.DIRAC),
                        new Layer.AveragePool(new PoolSpec(2, 2, 0)),
                        new Layer.BatchNorm("norm1", BatchNormSpec.standard(), false, new ParameterGroup(64, 1 / 64f)),
                        Layer.gelu(), new Layer.AveragePool(new PoolSpec(3, 1, 1)),
                        Layer.linear("fc", CLASSES).withoutBias(), new Layer.Scale(1 / 9f)),
                Network.of("dropout everywhere", new Layer.Dropout(0.1f),
                        Layer.convolution("conv1", 4, 3).withoutBias(), Layer.batchNorm("bn1"), Layer.relu(),
                        new Layer.Dropout(0.3f),
                        new Layer.Residual(List.of(new Layer.Dropout(0.2f), Layer.convolution("conv2", 4, 1),
                                Layer.gelu(), new Layer.Dropout(0.5f)), List.of()),
                        new Layer.Dropout(0.2f), Layer.maxPool(3), new Layer.Dropout(0.4f), new Layer.Dropout(0.3f),
                        Layer.linear("fc1", 9), Layer.relu(), new Layer.Dropout(0.5f), Layer.linear("fc2", CLASSES)),
                Network.of("dropout", Layer.convolution("conv1", 4, 3), Layer.relu(), new Layer.Dropout(0.3f),
                        Layer.linear("fc1", 9), Layer.gelu(), new Layer.Dropout(0.5f), Layer.linear("fc2", CLASSES)),
                Network.of("frozen norms", Layer.convolution("conv1", 3, 3),
                        new Layer.BatchNorm("bn1", BatchNormSpec.standard().running(), true, ParameterGroup.DEFAULT),
                        Layer.relu(),
                        new Layer.Residual(List.of(Layer.batchNorm("bn2")), List.of()), Layer.maxPool(3),
                        Layer.linear("fc", CLASSES)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void shouldMatchTheSlopeOfTheLoss(Network network) {
        Random random = new Random(7);
        Shape image = Shape.of(1, 11, 11, 2);
        NetworkOps ops = new NetworkOps(network, image);
        InputPipeline pipeline = InputPipeline.of("train", image.withFirst(BATCH),
                new Normalization(List.of(0.4f, 0.5f), List.of(0.3f, 0.2f))).drawn(Augmentation.NONE, 3);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        PlanSpec training = ops.training("train", BATCH, pipeline, new Optimizer.Sgd(0, false, 0), rates);
        List<Op> withoutUpdate = training.ops().subList(0, training.ops().size() - 1);
        try (ReferenceProgram program = new ReferenceBackend()
                .compile(new ProgramSpec(List.of(new PlanSpec("train", BATCH, withoutUpdate))))) {
            byte[] pixels = new byte[BATCH * (int) image.elements()];
            random.nextBytes(pixels);
            program.bind(pipeline.images(), MemorySegment.ofArray(pixels));
            program.bind(pipeline.labels(), MemorySegment.ofArray(new int[]{3, 0, 1}));
            program.bind(pipeline.order(), MemorySegment.ofArray(new int[]{2, 0, 1}));
            program.bind(pipeline.draws().orElseThrow().epoch(), MemorySegment.ofArray(new int[]{5}));
            pipeline.predictions().columns().forEach(c -> program.bind(c, MemorySegment.ofArray(new int[BATCH])));
            ops.initialise(5, () -> sample(image), program::write);
            Tensor logits = training.ops().stream().filter(SoftmaxCrossEntropy.class::isInstance)
                    .map(op -> ((SoftmaxCrossEntropy) op).logits()).findFirst().orElseThrow();
            for (OptimizerOp.Slot slot : ops.slots()) {
                program.plan("train").run(0, 0); // at the unchanged parameters
                double[] gradient = program.values(slot.gradient()).clone();
                double[] values = program.values(slot.parameter());
                for (int sample = 0; sample < 12; sample++) {
                    int i = random.nextInt(values.length);
                    assertEquals(slope(program, values, i, logits), gradient[i], TOLERANCE,
                            slot.parameter() + " element " + i);
                }
            }
        }
    }

    private static ImageSample sample(Shape image) {
        Random random = new Random(11);
        Shape images = image.withFirst(20);
        float[] pixels = new float[(int) images.elements()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        return new ImageSample(pixels, images);
    }

    private static double slope(ReferenceProgram program, double[] values, int i, Tensor logits) {
        double kept = values[i];
        values[i] = kept + STEP;
        double above = loss(program, logits);
        values[i] = kept - STEP;
        double below = loss(program, logits);
        values[i] = kept;
        return (above - below) / (2 * STEP);
    }

    /** Computes the loss from the logits in double precision: the loss that plans report is rounded to float. */
    private static double loss(ReferenceProgram program, Tensor logits) {
        program.plan("train").run(0, 0);
        int[] labels = {1, 3, 0}; // in the order of presentation
        double[] values = program.values(logits);
        double sum = 0;
        for (int n = 0; n < BATCH; n++) {
            double exponentials = 0;
            for (int c = 0; c < CLASSES; c++) {
                exponentials += Math.exp(values[n * CLASSES + c]);
            }
            sum += Math.log(exponentials) - values[n * CLASSES + labels[n]];
        }
        return sum / BATCH;
    }
}
