package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.train.checkpoint.NamedArray;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/**
 * Tests trained networks like a {@link Trainer}, without the memory and the plans of training. It serves one thread at
 * a time and refuses a second one by name; any thread may close it. Closes its program; the backend stays the caller's.
 */
public final class Tester implements AutoCloseable {
    private final NetworkOps ops;
    private final boolean averaged;
    private final SingleUse use;
    private final ResourceStack resources;
    private final Program program;
    private final TestPass pass;

    /**
     * Compiles the network's predictions of the test set.
     *
     * @param backend backend that computes; stays the caller's to close
     * @param network network to test
     * @param data data set with the test examples
     * @param config configuration of the network's training, of which the views of test images and moving averages
     *        matter
     * @param arithmetic type of activations and algorithms
     * @throws IllegalArgumentException when the network does not fit the data
     */
    public Tester(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic) {
        Trainer.requireClasses(network, data);
        use = new SingleUse("the tester of " + network.name());
        averaged = config.update().averaged();
        DType activations = arithmetic.activations().orElseGet(() -> backend.fastestActivations(
                new ProgramSpec(TestPass.specs(networkOps(network, data, DType.F32), data, config))));
        ops = networkOps(network, data, activations);
        try (ResourceStack opening = new ResourceStack()) {
            Arena arena = opening.own(Arena.ofShared(), Arena::close); // first, as it must outlive the program
            program = opening.own(backend.compile(
                    new ProgramSpec(TestPass.specs(ops, data, config), arithmetic.convolutions())), Program::close);
            pass = new TestPass(program, data, config, backend.info().hostMemory(), arena);
            resources = opening.keep();
        }
    }

    private static NetworkOps networkOps(Network network, DataSet data, DType type) {
        return new NetworkOps(network, data.test().shape().withFirst(1), type);
    }

    /**
     * Tests a network, or its moving average.
     *
     * @param weights weights by the names of {@link Trainer#weights}
     * @param optimizerState state by the names of {@link Trainer#optimizerState}; only moving averages are used
     * @throws IllegalArgumentException when a tensor is missing or has another shape
     */
    public Evaluation test(Map<String, NamedArray> weights, Map<String, NamedArray> optimizerState) {
        List<Tensor> averages = averaged
                ? ops.averaged().stream().map(OptimizerOp.Averaged::average).toList()
                : List.of();
        TensorArrays.requireAll(ops.persistent(), weights);
        TensorArrays.requireAll(averages, optimizerState);
        try (SingleUse.Turn _ = use.begin()) {
            TensorArrays.write(program, ops.persistent(), weights);
            TensorArrays.write(program, averages, optimizerState);
            return pass.run();
        }
    }

    /** Closes the tester, after a running test of another thread. */
    @Override
    public void close() {
        use.close();
        resources.close();
    }
}
