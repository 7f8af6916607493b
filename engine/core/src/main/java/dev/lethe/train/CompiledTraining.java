package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.tracker.ForgettingTracker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final MemorySegment rates; // float32 (steps of the largest epoch)
    private final MemorySegment stepsDone; // int32 (1)
    private final MemorySegment epochNumber; // int32 (1)
    private final MemorySegment weights; // float32 (presentations): 1 but for a sampler's
    private final @Nullable Sampler sampler; // null for each example once
    private final EpochSizes sizes;
    private final int[] order; // (examples)
    private boolean pausing; // in the middle of a step, for a loss of one's own
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
     * @param options what steers the training
     */
    CompiledTraining(Backend backend, DataSet data, TrainingConfig config, TrainingOps ops, TrainerOptions options) {
        this.config = config;
        this.ops = ops;
        sampler = options.sampler();
        sizes = ops.sizes();
        order = new int[data.train().examples()];
        try (ResourceStack opening = new ResourceStack()) {
            Arena arena = opening.own(Arena.ofShared(), Arena::close); // first, as it must outlive the program
            program = opening.own(backend.compile(ops.program()), Program::close);
            rates = arena.allocate(ops.learningRates().bytes(), 64);
            stepsDone = arena.allocate(JAVA_INT);
            epochNumber = arena.allocate(JAVA_INT);
            weights = arena.allocate(JAVA_FLOAT, sizes.mostPresentations());
            presentations = new Presentations(program, ops.pipeline(), data.train(), options.loss() != null,
                    backend.info().hostMemory(), arena);
            bind();
            ops.network().initialise(config.seed(), () -> FirstImages.of(data), this::writeInitial);
            GradientAccess gradients = new GradientAccess(program, ops.network().slots());
            batches = new BatchPlans(program, ops.batches(), plans(data, options.loss()),
                    () -> options.hook().beforeUpdate(gradients));
            test = new TestPass(program, data, config, backend.info().hostMemory(), arena);
            synchronizations = config.update().lookahead()
                    .map(lookahead -> new LookaheadSynchronizations(program, lookahead, sizes, arena))
                    .orElse(null);
            resources = opening.keep();
        }
    }

    /** Returns the plans of steps by name; with a loss of one's own they pause for it. */
    private Function<String, Plan> plans(DataSet data, @Nullable LossFunction loss) {
        if (loss == null) {
            return program::plan;
        }
        OwnLossPlan.Source source = new OwnLossPlan.Source(batch -> computeWhilePausing(loss, batch),
                data.train().labels(), presentations.ids(), weights,
                presentations.losses());
        Map<String, Plan> byName = ops.steps().stream().collect(Collectors.toMap(step -> step.plan().name(),
                step -> new OwnLossPlan(program, step.plan(),
                        Objects.requireNonNull(step.ownLoss(), "of a plan that pauses"), source)));
        return name -> Objects.requireNonNull(byName.get(name), name);
    }

    private void computeWhilePausing(LossFunction loss, LogitBatch batch) {
        pausing = true;
        try {
            loss.compute(batch);
        } finally {
            pausing = false;
        }
    }

    /**
     * Refuses what would overwrite the activations of a step that pauses, or change its weights.
     *
     * @throws IllegalStateException when a loss of one's own is being computed
     */
    void requireNotPausing() {
        if (pausing) {
            throw new IllegalStateException("the loss of a step is being computed: let it return, and step, evaluate "
                    + "and replace weights between steps");
        }
    }

    private void bind() {
        for (int i = 0; i < sizes.mostPresentations(); i++) {
            weights.setAtIndex(JAVA_FLOAT, i, 1);
        }
        ops.pipeline().weights().ifPresent(tensor -> program.bind(tensor, weights));
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

    /** Refuses a tracker of another number of examples than the training set, before it has recorded some. */
    void requireSameExamples(@Nullable ForgettingTracker tracker) {
        if (tracker != null && tracker.spec().examples() != order.length) {
            throw new IllegalArgumentException(tracker + " is not of this training set, which has examples="
                    + order.length + ": make it with TrackerSpec.of(" + order.length + ", epochs)");
        }
    }

    /**
     * Draws the order of an epoch, or asks the sampler for it, and fills the tables that its steps read.
     *
     * @param epoch number of the epoch, from 0
     * @param repeated whether an example may be presented more than once
     * @throws IllegalArgumentException when the sampler's order cannot be presented; nothing is changed
     */
    void beginEpoch(int epoch, boolean repeated) {
        Philox.permutation(order, config.seed(), Philox.Stream.ORDER, epoch);
        int[] ids = sampler == null ? order : sampled(sampler, epoch, repeated);
        presentations.begin(ids.length);
        batches.beginEpoch(ids.length);
        MemorySegment.copy(ids, 0, presentations.ids(), JAVA_INT, 0, ids.length);
        program.upload(ops.pipeline().order());
        fillRates(epoch);
        if (synchronizations != null) {
            synchronizations.beginEpoch(epoch);
        }
        epochNumber.set(JAVA_INT, 0, epoch);
        ops.pipeline().draws().ifPresent(draws -> program.upload(draws.epoch()));
    }

    private int[] sampled(Sampler from, int epoch, boolean repeated) {
        EpochSample sample = Objects.requireNonNull(from.sample(epoch + 1, order.clone()),
                () -> "the sampler gave null for epoch " + (epoch + 1) + ": give an EpochSample");
        sample.requireFits(epoch + 1, sizes.presentations(epoch), order.length, repeated);
        MemorySegment.copy(sample.weights(), 0, weights, JAVA_FLOAT, 0, sample.presentations());
        ops.pipeline().weights().ifPresent(program::upload);
        return sample.ids();
    }

    private void fillRates(int epoch) {
        int steps = sizes.steps(epoch); // the schedule gives every epoch the same share, whatever its steps
        for (int i = 0; i < steps; i++) {
            rates.setAtIndex(JAVA_FLOAT, i, config.schedule().rate(config.learningRate(), (long) epoch * steps + i,
                    steps, config.epochs()));
        }
        program.upload(ops.learningRates());
        stepsDone.set(JAVA_INT, 0, sizes.stepsBefore(epoch));
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

    /** Returns the presentations of an epoch, (presentations). */
    Presentations presentations() {
        return presentations;
    }

    /** Returns the learning rates of the epoch: float32 (steps of the largest epoch). */
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
