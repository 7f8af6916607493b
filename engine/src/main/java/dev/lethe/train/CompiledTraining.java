package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Owner of a trainer's resources: the compiled program and the memory on the host that it is bound to. The constructor
 * compiles the program, binds it and gives the network its initial values; a failure closes what was opened before it.
 * A step allocates nothing. Not thread-safe, except for {@link #close}.
 */
final class CompiledTraining implements AutoCloseable {
    private final TrainingConfig config;
    private final TrainingOps ops;
    private final ResourceStack resources;
    private final Program program;
    private final Presentations presentations;
    private final MemorySegment rates; // float32 (steps of an epoch)
    private final MemorySegment stepsDone; // int32 (1)
    private final MemorySegment epochNumber; // int32 (1)
    private final int[] order; // (examples)
    private final BatchPlans batches;
    private final TestPass test;
    private final @Nullable LookaheadSynchronizations synchronizations; // null without Lookahead

    /**
     * Compiles, binds and initialises.
     *
     * @param backend backend that compiles the program
     * @param data data set to train and test on
     * @param config configuration of the training
     * @param ops description of the program
     * @param hook called between the computation of gradients and the update that they make
     */
    CompiledTraining(Backend backend, DataSet data, TrainingConfig config, TrainingOps ops, UpdateHook hook) {
        this.config = config;
        this.ops = ops;
        order = new int[data.train().examples()];
        try (ResourceStack opening = new ResourceStack()) {
            Arena arena = opening.own(Arena.ofShared(), Arena::close); // first, as it must outlive the program
            program = opening.own(backend.compile(ops.program()), Program::close);
            rates = arena.allocate(ops.learningRates().bytes(), 64);
            stepsDone = arena.allocate(JAVA_INT);
            epochNumber = arena.allocate(JAVA_INT);
            presentations = new Presentations(program, ops.pipeline(), data.train(), arena);
            bind();
            ops.network().initialise(config.seed(), () -> FirstImages.of(data), this::writeInitial);
            GradientAccess gradients = new GradientAccess(program, ops.network().slots());
            batches = new BatchPlans(program, config, order.length, ops.separateUpdates(),
                    () -> hook.beforeUpdate(gradients));
            test = new TestPass(program, data, config, arena);
            synchronizations = config.update().lookahead()
                    .map(lookahead -> new LookaheadSynchronizations(program, lookahead,
                            ops.stepsPerEpoch(), config.epochs(), arena))
                    .orElse(null);
            resources = opening.keep();
        }
    }

    private void bind() {
        program.bind(ops.learningRates(), rates);
        program.bind(ops.stepsBefore(), stepsDone);
        ops.pipeline().draws().ifPresent(draws -> program.bind(draws.epoch(), epochNumber));
    }

    /** Writes a parameter or running statistic; its average begins at the value itself, as a slow weight does. */
    void writeInitial(Tensor tensor, float[] values) {
        program.write(tensor, values);
        if (config.update().keepsAverages()) {
            program.write(OptimizerOp.Averaged.of(tensor).average(), values);
        }
    }

    /**
     * Draws the order of an epoch and fills the tables that its steps read.
     *
     * @param epoch number of the epoch, from 0
     */
    void beginEpoch(int epoch) {
        presentations.begin();
        Philox.permutation(order, config.seed(), Philox.Stream.ORDER, epoch);
        MemorySegment.copy(order, 0, presentations.columns().ids(), JAVA_INT, 0, order.length);
        program.upload(ops.pipeline().order());
        fillRates(epoch);
        if (synchronizations != null) {
            synchronizations.beginEpoch(epoch);
        }
        epochNumber.set(JAVA_INT, 0, epoch);
        ops.pipeline().draws().ifPresent(draws -> program.upload(draws.epoch()));
    }

    private void fillRates(int epoch) {
        int steps = ops.stepsPerEpoch();
        for (int i = 0; i < steps; i++) {
            rates.setAtIndex(JAVA_FLOAT, i, config.schedule().rate(config.learningRate(), (long) epoch * steps + i,
                    steps, config.epochs()));
        }
        program.upload(ops.learningRates());
        stepsDone.set(JAVA_INT, 0, epoch * steps);
        program.upload(ops.stepsBefore());
    }

    /**
     * Trains on the batch that begins at a position.
     *
     * @param position number of the batch's first presentation in the epoch
     * @param step number of the step in the epoch, from 0
     * @return number of examples in the batch
     */
    int step(int position, int step) {
        int count = batches.run(position, step);
        if (synchronizations != null) {
            synchronizations.afterStep();
        }
        return count;
    }

    /** Returns the presentations of an epoch, (examples). */
    Presentations presentations() {
        return presentations;
    }

    /** Returns the learning rates of the epoch: float32 (steps of an epoch). */
    MemorySegment rates() {
        return rates;
    }

    Program program() {
        return program;
    }

    TestPass test() {
        return test;
    }

    /** Closes the program, then its memory; a second call does nothing. */
    @Override
    public void close() {
        resources.close();
    }
}
