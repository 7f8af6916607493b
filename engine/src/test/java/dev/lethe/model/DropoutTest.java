package dev.lethe.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.Normalization;
import dev.lethe.kernels.Optimizer;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.PointwiseOp;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor;
import dev.lethe.kernels.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a plan's losses say about dropout: they are those of the mask. */
class DropoutTest {
    private static final int IMAGES = 12;
    private static final Shape IMAGE = Shape.of(1, 6, 5, 3);
    private static final Normalization NORMALIZATION = TrainingFixture.normalization();

    /** Without a batch norm, so that an example's loss is its own affair. */
    private static Network network() {
        return Network.of("n", Layer.convolution("conv1", 8, 3), Layer.relu(), Layer.dropout(0.4f),
                Layer.convolution("conv2", 8, 3), Layer.gelu(), Layer.dropout(0.3f), Layer.linear("fc", 10));
    }

    private static Network withoutDropout() {
        return new Network("n",
                network().layers().stream().filter(layer -> !(layer instanceof Layer.Dropout)).toList());
    }

    /** A way of running the same examples. */
    private record Way(String backend, int threads, int batch, long seed, int epoch, int[] order) {
        Way {
            order = order.clone();
        }

        /** The loss of every example, in training at a learning rate of 0 or in evaluation. */
        float[] losses(Network network, boolean training) {
            Feed feed = Feed.of("f", IMAGE.withFirst(IMAGES), NORMALIZATION).withDraws(seed);
            NetworkOps ops = new NetworkOps(network, IMAGE);
            Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
            PlanSpec plan = training
                    ? ops.training("plan", batch, feed, new Optimizer.Sgd(0, false, 0), rates)
                    : ops.evaluation("plan", batch, feed);
            try (Arena arena = Arena.ofShared();
                    Backend opened = Backends.open(backend, threads);
                    Program program = opened.compile(new ProgramSpec(List.of(plan)))) {
                byte[] pixels = new byte[IMAGES * (int) IMAGE.elements()];
                new Random(3).nextBytes(pixels);
                MemorySegment images = arena.allocate(pixels.length, 64);
                MemorySegment.copy(pixels, 0, images, ValueLayout.JAVA_BYTE, 0, pixels.length);
                program.bind(feed.images(), images);
                program.bind(feed.labels(), MemorySegment.ofArray(new int[IMAGES]));
                program.bind(feed.order(), MemorySegment.ofArray(order));
                program.bind(feed.draws().orElseThrow().epoch(), MemorySegment.ofArray(new int[]{epoch}));
                program.bind(rates, MemorySegment.ofArray(new float[1]));
                feed.predictions().columns().forEach(c -> program.bind(c, arena.allocate(c.bytes(), 64)));
                MemorySegment losses = arena.allocate(feed.predictions().loss().bytes(), 64);
                program.bind(feed.predictions().loss(), losses);
                ops.initialise(1, program::write);
                for (int position = 0; position < IMAGES; position += batch) {
                    program.plan("plan").run(position, 0);
                }
                float[] ofExample = new float[IMAGES];
                for (int i = 0; i < IMAGES; i++) {
                    ofExample[order[i]] = losses.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                }
                return ofExample;
            }
        }
    }

    private static Way way(int threads, long seed, int epoch) {
        return new Way("onednn", threads, IMAGES, seed, epoch, new int[]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    }

    @Test
    void shouldDependOnSeedAndEpochAndOnNothingElse() {
        Network network = network();
        float[] expected = way(1, 1, 0).losses(network, true);
        int[] shuffled = {4, 0, 9, 2, 11, 7, 1, 10, 3, 8, 6, 5};
        for (int threads = 1; threads <= 3; threads++) {
            assertArrayEquals(expected, way(threads, 1, 0).losses(network, true), 1e-5f);
            assertArrayEquals(expected, new Way("onednn", threads, 4, 1, 0, shuffled).losses(network, true), 1e-5f);
        }
        assertArrayEquals(expected, new Way("reference", 1, 6, 1, 0, shuffled).losses(network, true), 1e-5f);
        assertFalse(Arrays.equals(expected, way(1, 2, 0).losses(network, true)), "another seed");
        assertFalse(Arrays.equals(expected, way(1, 1, 1).losses(network, true)), "another epoch");
    }

    @Test
    void shouldBeTheIdentityInEvaluation() {
        float[] without = way(2, 1, 0).losses(withoutDropout(), false);
        assertArrayEquals(without, way(2, 1, 0).losses(network(), false));
        assertArrayEquals(without, way(2, 1, 0).losses(withoutDropout(), true));
        float[] dropped = way(2, 1, 0).losses(network(), true);
        assertFalse(Arrays.equals(without, dropped));
    }

    @Test
    void shouldTakeNoMemoryOfItsOwnBehindAnActivation() {
        NetworkOps ops = new NetworkOps(network(), IMAGE);
        Feed feed = Feed.of("f", IMAGE.withFirst(IMAGES), NORMALIZATION).withDraws(1);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        List<PointwiseOp.Dropout> dropouts = ops
                .training("plan", 4, feed, new Optimizer.Sgd(0, false, 0), rates).ops().stream()
                .filter(PointwiseOp.Dropout.class::isInstance).map(PointwiseOp.Dropout.class::cast).toList();
        assertEquals(4, dropouts.size(), "two forward, two backward");
        dropouts.forEach(dropout -> assertEquals(dropout.input(), dropout.output()));
        assertEquals(dropouts.getFirst().mask(), dropouts.getLast().mask());
    }

    @Test
    void shouldSayThatAFeedNeedsASeed() {
        NetworkOps ops = new NetworkOps(network(), IMAGE);
        Feed feed = Feed.of("f", IMAGE.withFirst(IMAGES), NORMALIZATION);
        Tensor rates = new Tensor("rates", Role.DATA, DType.F32, Shape.of(1));
        String message = assertThrows(IllegalArgumentException.class,
                () -> ops.training("plan", 4, feed, new Optimizer.Sgd(0, false, 0), rates)).getMessage();
        assertTrue(message.contains("dropout") && message.contains("withDraws"), message);
        assertEquals("evaluation", ops.evaluation("evaluation", 4, feed).name());
    }
}
