package dev.lethe.kernels;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.kernels.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The promise of a backend to agree with the scalar reference on convolutions and poolings drawn at random. Every build
 * compares some hundreds. For longer, by name:
 * {@code mvn test -pl native/cpu -am -Dtest='RandomOpsTest*' -Dsurefire.failIfNoSpecifiedTests=false
 * -Dlethe.excluded.groups= -Dgroups=long -Dlethe.random.seconds=3600 -Dlethe.random.first=1000000}.
 * A JVM that a library crashes leaves the operation that it was at in {@code target/random-operation.txt}.
 */
public abstract class RandomOpsContract extends ComparedBackend {
    private static final long OPERATIONS_IN_A_BUILD = 400;
    private static final long SECONDS = Long.getLong("lethe.random.seconds", 60);
    private static final long FIRST = Long.getLong("lethe.random.first", OPERATIONS_IN_A_BUILD);
    private static final Path CURRENT = Path.of("target", "random-operation.txt");

    /** Returns the factor of rounding errors compared with those of direct sums. */
    protected double roundingFactor() {
        return 1;
    }

    /** Tells whether the backend has convolutions with groups, and means over windows. */
    protected boolean hasEveryOperation() {
        return true;
    }

    @Test
    void shouldAgreeOnRandomOperations() {
        LongStream.range(0, OPERATIONS_IN_A_BUILD).forEach(this::compare);
    }

    @Tag("long")
    @Test
    void shouldAgreeOnRandomOperationsForLong() {
        long end = System.nanoTime() + SECONDS * 1_000_000_000;
        long seed = FIRST;
        while (System.nanoTime() < end) {
            compare(seed++);
        }
        System.out.println(backend.info().name() + " " + activations().label() + ": operations of seeds " + FIRST
                + " to " + (seed - 1) + " agree");
    }

    private void compare(long seed) {
        RandomConvolution convolution = RandomConvolution.of(seed);
        boolean chosen = algorithms().equals(ConvolutionChoice.DIRECT) || WinogradTiles.accepts(convolution.spec());
        if (chosen && (hasEveryOperation() || convolution.spec().groups() == 1)) {
            compare(convolution, convolution.runner(activations()), convolution.terms());
        }
        if (algorithms().equals(ConvolutionChoice.DIRECT)) {
            RandomPool pool = RandomPool.of(seed);
            compare(pool, pool.runner(activations(), hasEveryOperation()), pool.spec().area());
        }
    }

    private void compare(Record operation, OpRunner runner, long terms) {
        try {
            Files.writeString(CURRENT, backend.info().name() + " " + activations().label() + " " + operation);
        } catch (IOException e) {
            throw new AssertionError("the current operation cannot be written", e);
        }
        Map<Tensor, float[]> expected = runner.on(reference, 0);
        Map<Tensor, float[]> actual = runner.convolutions(algorithms()).on(backend, 0);
        expected.forEach((tensor, values) -> Agreement.assertAgree(tensor.name() + " of " + operation, values,
                actual.get(tensor), terms, activations(), roundingFactor() * Math.sqrt(terms)));
    }
}
