package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Networks drawn at random, trained like the scalar reference and twice to the same bits, in memory that is poisoned
 * before it is used. A few hundred in every build; for longer, by name: {@code mvn test -pl engine/core -am
 * -Dtest=RandomNetworksTest -Dsurefire.failIfNoSpecifiedTests=false -Dlethe.excluded.groups= -Dgroups=long
 * -Dlethe.random.seconds=3600 -Dlethe.random.first=1000000}. If a library crashes the JVM, {@code
 * target/random-network.txt} has the network that was being trained.
 */
class RandomNetworksTest {
    private static final long NETWORKS_IN_A_BUILD = 40;
    private static final long SECONDS = Long.getLong("lethe.random.seconds", 60);
    private static final long FIRST = Long.getLong("lethe.random.first", NETWORKS_IN_A_BUILD);
    /** Small rate, by which the sum of the steps shows each gradient: rounding errors do not grow from step to step. */
    private static final float LEARNING_RATE = 1e-4f;
    private static final Path CURRENT = Path.of("target", "random-network.txt");

    private final Backend reference = new ReferenceBackend();

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "BF16"})
    void shouldTrainRandomNetworksAsTheReferenceDoes(DType dtype) throws IOException {
        try (Backend backend = open(dtype)) {
            for (long seed = 0; seed < NETWORKS_IN_A_BUILD; seed++) {
                compare(RandomNetwork.of(seed), backend, dtype);
            }
        }
    }

    @Tag("long")
    @Test
    void shouldTrainRandomNetworksAsTheReferenceDoesForLong() throws IOException {
        long end = System.nanoTime() + SECONDS * 1_000_000_000;
        long seed = FIRST;
        try (Backend floats = open(DType.F32); Backend narrow = open(DType.BF16)) {
            while (System.nanoTime() < end) {
                RandomNetwork network = RandomNetwork.of(seed++);
                compare(network, floats, DType.F32);
                compare(network, narrow, DType.BF16);
            }
        }
        System.out.println("networks of seeds " + FIRST + " to " + (seed - 1) + " train as the reference does");
    }

    private static Backend open(DType dtype) {
        Backend backend = Backends.open("cpu", 2);
        assumeTrue(backend.info().activationTypes().contains(dtype), "the processor has no " + dtype);
        return backend;
    }

    private void compare(RandomNetwork network, Backend backend, DType dtype) throws IOException {
        Files.writeString(CURRENT, dtype + " " + network);
        Trained expected = train(network, reference, dtype);
        Trained actual = train(network, backend, dtype);
        Trained again = train(network, backend, dtype);
        actual.weights().forEach((name, values) -> assertArrayEquals(values, again.weights().get(name),
                () -> name + " of a second training of " + network));
        double limit = dtype == DType.F32 ? 0.05 : 0.5; // ten times what the first thousand networks show
        double difference = actual.differenceFrom(expected);
        assertTrue(difference <= limit, () -> dtype + ": weights have changed otherwise than the reference's by "
                + difference + " of the change: " + network);
        assertTrue(Math.abs(actual.loss() - expected.loss()) <= limit / 2 * Math.max(1, expected.loss()),
                () -> dtype + ": loss " + actual.loss() + " where the reference has " + expected.loss() + ": "
                        + network);
    }

    private static Trained train(RandomNetwork network, Backend backend, DType dtype) throws IOException {
        TrainingConfig config = TrainingConfig.of(new Optimizer.Sgd(0.9f, false, 5e-4f)).withSeed(network.seed())
                .withEpochs(1).withBatch(network.batch()).withLearningRate(LEARNING_RATE);
        try (Trainer trainer = new Trainer(backend, network.network(), network.data(), config,
                Arithmetic.of(dtype, ConvolutionChoice.DIRECT))) {
            Map<String, float[]> before = trainer.parameters();
            EpochMetrics metrics = trainer.trainEpoch(TrainingListener.NONE);
            return new Trained(before, new TreeMap<>(trainer.parameters()), metrics.trainLoss());
        }
    }

    /** Parameters of a network before and after an epoch. */
    private record Trained(Map<String, float[]> before, Map<String, float[]> weights, double loss) {
        /** Returns the norm of the difference of both changes, as a share of the other's change; infinite for NaNs. */
        double differenceFrom(Trained other) {
            double difference = 0;
            double change = 0;
            for (String name : weights.keySet()) {
                float[] actual = weights.get(name);
                float[] expected = other.weights.get(name);
                for (int i = 0; i < actual.length; i++) {
                    difference += Math.pow((double) actual[i] - expected[i], 2);
                    change += Math.pow((double) expected[i] - before.get(name)[i], 2);
                }
            }
            double share = Math.sqrt(difference / Math.max(change, 1e-12));
            return Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
        }
    }
}
