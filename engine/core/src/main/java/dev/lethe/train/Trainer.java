package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.Network;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.Repeats;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Trains one network on one data set. Everything is allocated when it is made; a step allocates nothing. The same
 * configuration and arithmetic on the same backend with the same number of threads give the same parameters and
 * predictions, bit by bit. It serves one thread at a time and refuses a second one by name; any thread may close it,
 * also while another trains, whose next step is then refused. Closes its program; the backend stays the caller's.
 *
 * @see ForgettingTracker records what a trainer predicts
 * @see Schedule the learning rate
 * @see TrainerOptions samplers, losses, hooks
 * @see Predictor logits of a trained network
 * @see dev.lethe.train.checkpoint.CheckpointFolder
 */
public final class Trainer implements AutoCloseable {
    private final TrainingConfig config;
    private final TrainingOps ops;
    private final CompiledTraining compiled;
    private final SingleUse use;
    private int epoch;
    private @Nullable Epoch open; // begun and not ended
    private boolean hasTrained; // an epoch, since the last checkpoint was restored
    private boolean hasTested; // since weights were replaced

    /**
     * Makes a trainer that computes with {@link Arithmetic#FASTEST}, as runs of studies and of the command line do:
     * the same configuration is the same experiment. {@link #activations} and {@link #convolutions} say what was
     * chosen; {@link Arithmetic#PLAIN} chooses nothing.
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config) {
        this(backend, network, data, config, TrainerOptions.DEFAULT);
    }

    /**
     * Compiles the network and gives it its initial values.
     *
     * @param backend backend that computes; stays the caller's to close
     * @param network network to train
     * @param data data set to train and test on
     * @param config configuration of the training
     * @param arithmetic type of activations and algorithms of convolutions
     * @throws IllegalArgumentException when the network does not fit the data, or the batch is larger than the training
     *         set
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic) {
        this(backend, network, data, config, TrainerOptions.DEFAULT.withArithmetic(arithmetic));
    }

    /**
     * Makes a trainer whose gradients can be read and changed before each update.
     *
     * @param hook called between the computation of gradients and the update that they make
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic,
            UpdateHook hook) {
        this(backend, network, data, config, TrainerOptions.DEFAULT.withArithmetic(arithmetic).withHook(hook));
    }

    /**
     * Makes a trainer that is steered: by a hook before each update, a choice of the examples of each epoch, a loss of
     * one's own.
     *
     * @throws IllegalArgumentException also when the options do not fit the configuration
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config, TrainerOptions options) {
        requireFits(data, config);
        requireClasses(network, data);
        options.requireFits(config);
        use = new SingleUse("the trainer of " + network.name());
        this.config = config;
        ops = new TrainingOps(backend, network, data, config, options);
        compiled = new CompiledTraining(backend, data, config, ops, options);
    }

    /** Verifies that the configuration fits the data, as {@link TrainingConfig#requireFits} does. */
    public static void requireFits(DataSet data, TrainingConfig config) {
        config.requireFits(data.train().shape());
    }

    static void requireClasses(Network network, DataSet data) {
        if (network.classes() != data.classes()) {
            throw new IllegalArgumentException("network " + network.name() + " has classes=" + network.classes()
                    + ", data set " + data.name() + " has classes=" + data.classes()
                    + ": give its last linear layer as many outputs");
        }
    }

    /** Returns the number of epochs trained so far. */
    public int epochs() {
        return epoch;
    }

    /**
     * Trains the remaining epochs of the configuration, evaluating after each.
     *
     * @param tracker records every presentation and commits every epoch; stays the caller's to close
     * @param listener is told of steps and epochs
     */
    public List<EpochMetrics> train(ForgettingTracker tracker, TrainingListener listener) throws IOException {
        return trainAll(Objects.requireNonNull(tracker, "tracker"), listener);
    }

    /** Trains the remaining epochs of the configuration, evaluating after each, and records nothing. */
    public List<EpochMetrics> train(TrainingListener listener) throws IOException {
        return trainAll(null, listener);
    }

    private List<EpochMetrics> trainAll(@Nullable ForgettingTracker tracker, TrainingListener listener)
            throws IOException {
        List<EpochMetrics> metrics = new ArrayList<>();
        try (SingleUse.Turn _ = use.begin()) {
            while (epoch < config.epochs()) {
                metrics.add(trainOne(tracker, listener));
            }
        }
        return metrics;
    }

    /**
     * Trains one epoch and evaluates.
     *
     * @param tracker records every presentation and commits the epoch; stays the caller's to close
     * @param listener is told of steps and epochs
     * @throws IllegalArgumentException when the tracker has another number of examples than the training set
     * @throws IllegalStateException when all epochs are trained, one is open, or the trainer is closed or in use
     * @throws NonFiniteLossException when the loss is not a number any more; the epoch is not committed
     */
    public EpochMetrics trainEpoch(ForgettingTracker tracker, TrainingListener listener) throws IOException {
        return trainOne(Objects.requireNonNull(tracker, "tracker"), listener);
    }

    /** Trains one epoch and evaluates, as {@link #trainEpoch(ForgettingTracker, TrainingListener)}; records nothing. */
    public EpochMetrics trainEpoch(TrainingListener listener) throws IOException {
        return trainOne(null, listener);
    }

    private EpochMetrics trainOne(@Nullable ForgettingTracker tracker, TrainingListener listener) throws IOException {
        try (SingleUse.Turn _ = use.begin()) {
            Epoch run = openEpoch(tracker, listener);
            while (run.step()) {
                // the step is all there is to do
            }
            return run.end();
        }
    }

    private int presentationsOfEpoch() {
        return compiled.presentations().rows();
    }

    /**
     * Begins an epoch that is trained step by step; it must be ended before another one begins.
     *
     * @param tracker records every presentation and commits the epoch; stays the caller's to close
     * @param listener is told of steps and the epoch
     * @throws IllegalArgumentException when the tracker has another number of examples than the training set
     * @throws IllegalStateException when all epochs are trained, one is open, or the trainer is closed or in use
     */
    public Epoch beginEpoch(ForgettingTracker tracker, TrainingListener listener) {
        return openEpoch(Objects.requireNonNull(tracker, "tracker"), listener);
    }

    /** Begins an epoch as {@link #beginEpoch(ForgettingTracker, TrainingListener)}; records nothing. */
    public Epoch beginEpoch(TrainingListener listener) {
        return openEpoch(null, listener);
    }

    private Epoch openEpoch(@Nullable ForgettingTracker tracker, TrainingListener listener) {
        try (SingleUse.Turn _ = use.begin()) {
            requireNextEpoch();
            compiled.requireSameExamples(tracker);
            Epoch begun = new Epoch(tracker, listener);
            open = begun;
            return begun;
        }
    }

    private void requireNextEpoch() {
        if (epoch >= config.epochs()) {
            throw new IllegalStateException("epochs=" + epoch + " of " + config.epochs() + " are trained: make a "
                    + "trainer of more epochs, whose schedule is longer, too");
        }
        if (open != null) {
            throw new IllegalStateException("epoch=" + (epoch + 1) + " has begun and not ended: make its other steps "
                    + "and end it, or restore a checkpoint");
        }
    }

    /**
     * Epoch that is trained step by step. If results are in host memory, those of each step are checked and recorded
     * when it is made. Otherwise steps wait for nothing, so that the device always has the next one to do, and all
     * results are checked and recorded when the epoch ends.
     */
    public final class Epoch {
        private final TrainingListener listener;
        private final EpochResults results;
        private final StepTimer training = new StepTimer();
        private int position;
        private int steps;
        private boolean ended;
        private @Nullable NonFiniteLossException failure; // which broke the epoch off

        private Epoch(@Nullable ForgettingTracker tracker, TrainingListener listener) {
            this.listener = listener;
            results = new EpochResults(epoch + 1, config, compiled.rates(), compiled.presentations(), tracker);
            training.start();
            compiled.beginEpoch(epoch, tracker == null || tracker.spec().repeats() == Repeats.KEPT);
        }

        /**
         * Trains on the next batch.
         *
         * @return whether there was a next batch
         * @throws IllegalStateException when a checkpoint was restored since the epoch began, or the trainer is closed
         *         or in use
         * @throws NonFiniteLossException when the loss is not a finite number; if results are not in host memory,
         *         {@link #end} throws it. The tracker has dropped what it recorded of the epoch; if it could not, the
         *         exception has its reason as a suppressed one
         */
        public boolean step() {
            try (SingleUse.Turn _ = use.begin()) {
                if (position == presentationsOfEpoch()) {
                    return false;
                }
                requireNotBrokenOff();
                compiled.requireNotPausing();
                int count = compiled.step(position, steps);
                if (!compiled.presentations().onDevice()) {
                    settle(() -> results.settle(position + count));
                }
                position += count;
                steps++;
                listener.stepDone(epoch + 1, position, results.meanLoss());
                return true;
            }
        }

        /**
         * Commits the epoch, which must have no step left, and evaluates.
         *
         * @throws IllegalStateException when steps are left, the epoch has ended, a checkpoint was restored since it
         *         began, or the trainer is closed or in use
         * @throws NonFiniteLossException when the loss of a step is not a number any more; the epoch is not committed,
         *         and the tracker has dropped what it recorded of it, as in {@link #step}
         */
        public EpochMetrics end() throws IOException {
            try (SingleUse.Turn _ = use.begin()) {
                requireNotEnded();
                requireNotBrokenOff();
                requireAllSteps();
                return commitAndEvaluate();
            }
        }

        private void requireNotBrokenOff() {
            if (open != this) {
                throw new IllegalStateException("a checkpoint was restored since this epoch began: begin it again");
            }
            if (failure != null) {
                throw failure;
            }
        }

        private void settle(Runnable steps) {
            try {
                steps.run();
            } catch (NonFiniteLossException e) {
                failure = e;
                discard(e);
                throw e;
            }
        }

        private void discard(NonFiniteLossException reason) {
            try {
                results.discard();
            } catch (IOException e) {
                reason.addSuppressed(e);
            }
        }

        private void requireNotEnded() {
            if (ended) {
                throw new IllegalStateException("this epoch has ended: begin another one");
            }
        }

        private void requireAllSteps() {
            if (position < presentationsOfEpoch()) {
                throw new IllegalStateException("presentations=" + position + " of " + presentationsOfEpoch()
                        + " have been made: make all steps before an epoch ends");
            }
        }

        private EpochMetrics commitAndEvaluate() throws IOException {
            compiled.presentations().download();
            settle(compiled.presentations().gathers() ? results::settleGathered : () -> results.settle(position));
            results.commit();
            training.stop();
            ended = true;
            open = null;
            hasTrained = true;
            epoch++;
            Evaluation tested = evaluate();
            EpochMetrics metrics = new EpochMetrics(epoch, results.meanLoss(), results.accuracy(), tested.loss(),
                    tested.accuracy(), training.seconds(), results.trackerSeconds(), position / training.seconds());
            listener.epochDone(metrics);
            return metrics;
        }
    }

    /** Tests the network, or its moving average, on the test set. */
    public Evaluation evaluate() {
        try (SingleUse.Turn _ = use.begin()) {
            compiled.requireNotPausing();
            Evaluation evaluation = compiled.test().run();
            hasTested = true;
            return evaluation;
        }
    }

    /** Returns the type of activations. */
    public DType activations() {
        return ops.activations();
    }

    /** Returns a description of the kernels that train, see {@link Program#kernels}. */
    public String kernels() {
        return compiled.program().kernels();
    }

    /** Returns the algorithms of the convolutions that are not direct, see {@link Program#convolutions}. */
    public Map<String, ConvolutionAlgorithm> convolutions() {
        return compiled.program().convolutions();
    }

    /** Returns the memory that the network takes, without the data set. */
    public MemoryUse memory() {
        return compiled.program().memory();
    }

    /**
     * Returns the predictions of the last evaluation for the test examples, in their order.
     *
     * @throws IllegalStateException when the network, or the one whose weights have replaced it, was not evaluated yet,
     *         or the trainer is closed
     */
    public Presentations testPredictions() {
        use.requireOpen();
        if (!hasTested) {
            throw new IllegalStateException("the network was not evaluated yet: train an epoch, or call evaluate()");
        }
        return compiled.test().testPredictions();
    }

    /**
     * Returns the predictions of the last ended epoch; while another one is trained, of its steps so far where results
     * are in host memory, and undefined elsewhere.
     *
     * @throws IllegalStateException when no epoch has begun since the trainer was made, or a checkpoint was restored;
     *         or when the trainer is closed
     */
    public Presentations presentations() {
        use.requireOpen();
        if (!hasTrained && open == null) {
            throw new IllegalStateException("no epoch has begun yet: train one");
        }
        return compiled.presentations();
    }

    /** Returns the parameters and running statistics by name, in PyTorch's layouts. */
    public Map<String, float[]> parameters() {
        Map<String, float[]> values = new LinkedHashMap<>();
        try (SingleUse.Turn _ = use.begin()) {
            persistent().forEach(tensor -> values.put(tensor.name(), compiled.program().read(tensor)));
        }
        return values;
    }

    /** Returns the parameters and running statistics with their shapes, for a checkpoint. */
    public Map<String, NamedArray> weights() {
        try (SingleUse.Turn _ = use.begin()) {
            return TensorArrays.read(compiled.program(), persistent());
        }
    }

    /** Returns the optimizer's state and the moving averages or slow weights, for a checkpoint. */
    public Map<String, NamedArray> optimizerState() {
        try (SingleUse.Turn _ = use.begin()) {
            return TensorArrays.read(compiled.program(), ops.optimizerStates());
        }
    }

    /** Returns parameters and running statistics. */
    private List<Tensor> persistent() {
        return ops.network().persistent();
    }

    /**
     * Replaces the network's initial weights by others, named as in {@link #weights} but for a prefix that all share;
     * PyTorch's {@code num_batches_tracked} are ignored.
     *
     * @throws IllegalArgumentException when a tensor is missing, has another shape, or is unknown to the network;
     *         nothing is changed
     * @throws IllegalStateException when an epoch has begun, or the trainer is closed or in use
     */
    public void begin(Map<String, NamedArray> weights) {
        Map<String, NamedArray> named = NetworkWeights.fitting(ops.network(), weights).arrays();
        try (SingleUse.Turn _ = use.begin()) {
            if (epoch > 0 || open != null) {
                throw new IllegalStateException("training has begun, with epochs=" + epoch
                        + " trained: make another trainer for these weights, or restore a checkpoint");
            }
            hasTested = false;
            persistent().forEach(tensor -> compiled.writeInitial(tensor,
                    Objects.requireNonNull(named.get(tensor.name()), tensor.name()).floats()));
        }
    }

    /**
     * Replaces weights and running statistics between steps, also within an epoch; what the optimizer carries from step
     * to step, and moving averages, stay as they are.
     *
     * @param weights weights by the names of {@link #weights}
     * @throws IllegalArgumentException when a tensor is missing or has another shape; nothing is changed
     * @throws IllegalStateException when the trainer is closed or in use
     */
    public void replaceWeights(Map<String, NamedArray> weights) {
        TensorArrays.requireAll(persistent(), weights);
        try (SingleUse.Turn _ = use.begin()) {
            compiled.requireNotPausing();
            TensorArrays.write(compiled.program(), persistent(), weights);
            hasTested = false;
        }
    }

    /**
     * Restores a checkpoint: training continues as if it had never stopped, bit by bit. An epoch that has begun and not
     * ended is broken off; its tracker, if that is open, drops what it has recorded of it.
     *
     * @param trainedEpochs number of epochs that the checkpoint was trained: 0 to those of the configuration
     * @param weights weights by the names of {@link #weights}
     * @param optimizerState state by the names of {@link #optimizerState}
     * @throws IllegalArgumentException when there are not so many epochs, or a tensor is missing or has another shape;
     *         nothing is changed
     * @throws UncheckedIOException when the tracker of an epoch that is broken off cannot read its history back;
     *         nothing is changed
     * @throws IllegalStateException when the trainer is closed or in use
     */
    public void restore(int trainedEpochs, Map<String, NamedArray> weights, Map<String, NamedArray> optimizerState) {
        if (trainedEpochs < 0 || trainedEpochs > config.epochs()) {
            throw new IllegalArgumentException("trainedEpochs=" + trainedEpochs + ": choose between 0 and epochs="
                    + config.epochs() + ", or make a trainer of more epochs");
        }
        List<Tensor> states = ops.optimizerStates();
        TensorArrays.requireAll(persistent(), weights);
        TensorArrays.requireAll(states, optimizerState);
        try (SingleUse.Turn _ = use.begin()) {
            compiled.requireNotPausing();
            if (open != null) {
                open.results.discard();
            }
            TensorArrays.write(compiled.program(), persistent(), weights);
            TensorArrays.write(compiled.program(), states, optimizerState);
            epoch = trainedEpochs;
            open = null;
            hasTrained = false;
            hasTested = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the trainer, after a running step of another thread, whose next step is then refused. */
    @Override
    public void close() {
        use.close();
        compiled.close();
    }
}
