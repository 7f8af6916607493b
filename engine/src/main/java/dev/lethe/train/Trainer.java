package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.random.Philox;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.model.Feed;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.model.UpdateRule;
import dev.lethe.train.checkpoint.NamedArray;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Trains one network on one data set. Everything is allocated when it is made; a step allocates nothing. The same
 * configuration on the same backend with the same number of threads gives the same parameters and predictions, bit by
 * bit. It serves one thread at a time and refuses a second one by name; any thread may close it, also while another
 * trains, whose next step is then refused. Closes its program; the backend stays the caller's.
 */
public final class Trainer implements AutoCloseable {
    private static final String BATCH_COUNT = ".num_batches_tracked"; // by which PyTorch may weigh running statistics

    private final TrainingConfig config;
    private final ImageSet train;
    private final DType activations;
    private final NetworkOps ops;
    private final Feed trainFeed;
    private final Arena arena = Arena.ofShared();
    private final PredictionColumns presentations;
    private final Tensor learningRates;
    private final Tensor stepsBefore = new Tensor("stepsBefore", Role.DATA, DType.S32, Shape.of(1));
    private final MemorySegment rates;
    private final MemorySegment stepsDone = arena.allocate(ValueLayout.JAVA_INT);
    private final MemorySegment epochNumber = arena.allocate(ValueLayout.JAVA_INT);
    private final int[] order;
    private final Program program;
    private final Optional<DevicePresentations> onDevice; // where results are not in host memory
    private final boolean separateUpdates;
    private final BatchPlans batches;
    private final TestPass test;
    private final Optional<LookaheadMeetings> meetings;
    private final SingleUse use;
    private int epoch;
    private boolean epochIsOpen;

    /** A trainer that computes in F32, with direct convolutions. */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config) {
        this(backend, network, data, config, Arithmetic.PLAIN);
    }

    /**
     * Compiles the network and gives it its initial values.
     *
     * @param arithmetic types and algorithms, see {@link NetworkOps}
     * @throws IllegalArgumentException when the network does not fit the data, or the batch is larger than the
     *         training set
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic) {
        this(backend, network, data, config, arithmetic, UpdateHook.NONE);
    }

    /**
     * A trainer whose gradients are seen, and may be changed, before each update.
     *
     * @param hook called between the computation of gradients and the update that they make
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config, Arithmetic arithmetic,
            UpdateHook hook) {
        requireFits(data, config);
        use = new SingleUse("the trainer of " + network.name());
        this.config = config;
        Optional<ExampleTables> tables = Optional.of(ExampleTables.of("train", data.train().examples()))
                .filter(_ -> !backend.info().hostMemory());
        separateUpdates = config.update().parts() > 1 || hook != UpdateHook.NONE;
        train = data.train();
        requireClasses(network, data);
        Feed plain = Feed.of("train", train.shape(), data.normalization());
        Feed drawn = plain.drawn(config.augmentation(), config.seed());
        trainFeed = tables.map(drawn::recordedIn).orElse(drawn);
        learningRates = new Tensor("learningRates", Role.DATA, DType.F32, Shape.of(stepsPerEpoch()));

        activations = arithmetic.activations().orElseGet(() -> backend
                .fastestActivations(new ProgramSpec(plans(networkOps(network, DType.F32), data))));
        ops = networkOps(network, activations);

        order = new int[train.examples()];
        rates = arena.allocate(learningRates.bytes(), 64);
        presentations = PredictionColumns.allocate(arena, train.examples());
        program = backend.compile(new ProgramSpec(plans(ops, data), arithmetic.convolutions()));
        presentations.bind(program, trainFeed, train);
        onDevice = tables.map(t -> new DevicePresentations(program, t, presentations, arena));
        program.bind(learningRates, rates);
        program.bind(stepsBefore, stepsDone);
        trainFeed.draws().ifPresent(draws -> program.bind(draws.epoch(), epochNumber));
        ops.initialise(config.seed(), () -> FirstImages.of(data), this::writeInitial);
        GradientAccess gradients = new GradientAccess(program, ops.slots());
        batches = new BatchPlans(program, config, train.examples(), separateUpdates,
                () -> hook.beforeUpdate(gradients));
        test = new TestPass(program, data, config, arena);
        meetings = config.update().lookahead().map(
                lookahead -> new LookaheadMeetings(program, lookahead, stepsPerEpoch(), config.epochs(), arena));
    }

    /** An average begins at the value itself, as a slow weight does. */
    private void writeInitial(Tensor tensor, float[] values) {
        program.write(tensor, values);
        if (config.update().keepsAverages()) {
            program.write(OptimizerOp.Averaged.of(tensor).average(), values);
        }
    }

    private NetworkOps networkOps(Network network, DType type) {
        return new NetworkOps(network, train.shape().withFirst(1), type);
    }

    private List<PlanSpec> plans(NetworkOps of, DataSet data) {
        UpdateOptions update = config.update();
        UpdateRule rule = new UpdateRule(config.optimizer(), update.clipNorm(), update.undecayed(),
                update.averageDecay(), learningRates, Optional.of(stepsBefore));
        List<PlanSpec> plans = new ArrayList<>(BatchPlans.specs(of, trainFeed, rule, config, train.examples(),
                separateUpdates));
        plans.addAll(TestPass.specs(of, data, config));
        update.lookahead().ifPresent(
                lookahead -> plans.add(LookaheadMeetings.spec(of, lookahead, stepsPerEpoch())));
        return plans;
    }

    /** Verifies that the configuration fits the data, as {@link TrainingConfig#requireFits} does. */
    public static void requireFits(DataSet data, TrainingConfig config) {
        config.requireFits(data.train().shape());
    }

    static void requireClasses(Network network, DataSet data) {
        if (network.classes() != data.classes()) {
            throw new IllegalArgumentException("network " + network.name() + " has classes=" + network.classes()
                    + ", data set " + data.name() + " has classes=" + data.classes());
        }
    }

    /** The rates of the epoch, where the table has a row a step, and the steps before it. */
    private void fillRates() {
        int steps = stepsPerEpoch();
        for (int i = 0; i < steps; i++) {
            rates.setAtIndex(ValueLayout.JAVA_FLOAT, i, config.schedule().rate(config.learningRate(),
                    (long) epoch * steps + i, steps, config.epochs()));
        }
        program.upload(learningRates);
        stepsDone.set(ValueLayout.JAVA_INT, 0, epoch * steps);
        program.upload(stepsBefore);
    }

    private int stepsPerEpoch() {
        return Math.ceilDiv(train.examples(), config.batch());
    }

    /** Epochs trained so far. */
    public int epochs() {
        return epoch;
    }

    /** Trains all epochs of the configuration that are left, evaluating after each. */
    public List<EpochMetrics> train(PredictionSink sink, TrainingListener listener) throws IOException {
        List<EpochMetrics> metrics = new ArrayList<>();
        try (SingleUse.Turn _ = use.begin()) {
            while (epoch < config.epochs()) {
                metrics.add(trainEpoch(sink, listener));
            }
        }
        return metrics;
    }

    /**
     * Trains one epoch and evaluates.
     *
     * @throws IllegalStateException when all epochs are trained, one is open, or the trainer is closed or in use
     * @throws NonFiniteLossException when the loss is not a number any more; the epoch is not committed
     */
    public EpochMetrics trainEpoch(PredictionSink sink, TrainingListener listener) throws IOException {
        try (SingleUse.Turn _ = use.begin()) {
            Epoch run = beginEpoch(sink, listener);
            while (run.step()) {
                // the step is all there is to do
            }
            return run.end();
        }
    }

    /**
     * Begins an epoch that is trained step by step; it must be ended before another one begins.
     *
     * @throws IllegalStateException when all epochs are trained, one is open, or the trainer is closed or in use
     */
    public Epoch beginEpoch(PredictionSink sink, TrainingListener listener) {
        try (SingleUse.Turn _ = use.begin()) {
            requireNextEpoch();
            Epoch begun = new Epoch(sink, listener);
            epochIsOpen = true;
            return begun;
        }
    }

    private void requireNextEpoch() {
        if (epoch >= config.epochs()) {
            throw new IllegalStateException("epochs=" + epoch + " of " + config.epochs() + " are trained: make a "
                    + "trainer of more epochs, whose schedule is longer, too");
        }
        if (epochIsOpen) {
            throw new IllegalStateException("epoch=" + (epoch + 1) + " has begun and not ended: make its other steps "
                    + "and end it, or restore a checkpoint");
        }
    }

    /**
     * An epoch that is trained step by step. Where results are in host memory, each step's are checked and recorded
     * when it is made; elsewhere steps wait for nothing, so that the device always has the next one to do, and the
     * results of all are checked and recorded when the epoch ends.
     */
    public final class Epoch {
        private final TrainingListener listener;
        private final EpochResults results;
        private final StepTimer training = new StepTimer();
        private int position;
        private int steps;
        private boolean ended;

        private Epoch(PredictionSink sink, TrainingListener listener) {
            this.listener = listener;
            results = new EpochResults(epoch + 1, config, rates, presentations, sink);
            training.start();
            onDevice.ifPresent(DevicePresentations::beginEpoch);
            Philox.permutation(order, config.seed(), Philox.Stream.ORDER, epoch);
            MemorySegment.copy(order, 0, presentations.ids(), ValueLayout.JAVA_INT, 0, order.length);
            program.upload(trainFeed.order());
            fillRates();
            meetings.ifPresent(lookahead -> lookahead.beginEpoch(epoch));
            epochNumber.set(ValueLayout.JAVA_INT, 0, epoch);
            trainFeed.draws().ifPresent(draws -> program.upload(draws.epoch()));
        }

        /**
         * Trains on the next batch.
         *
         * @return whether there was one
         * @throws NonFiniteLossException when the loss is not a number any more; where results are not in host memory,
         *         it is {@link #end} that finds out
         */
        public boolean step() {
            try (SingleUse.Turn _ = use.begin()) {
                if (position == train.examples()) {
                    return false;
                }
                int count = batches.run(position, steps);
                meetings.ifPresent(LookaheadMeetings::afterStep);
                if (onDevice.isEmpty()) {
                    results.settle(position + count);
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
         * @throws IllegalStateException when steps are left, the epoch has ended, or the trainer is closed or in use
         * @throws NonFiniteLossException when the loss of a step is not a number any more; the epoch is not committed
         */
        public EpochMetrics end() throws IOException {
            try (SingleUse.Turn _ = use.begin()) {
                requireAllSteps();
                return commitAndEvaluate();
            }
        }

        private void requireAllSteps() {
            if (ended) {
                throw new IllegalStateException("this epoch has ended: begin another one");
            }
            if (position < train.examples()) {
                throw new IllegalStateException("presentations=" + position + " of " + train.examples()
                        + " have been made: make all steps before an epoch ends");
            }
        }

        private EpochMetrics commitAndEvaluate() throws IOException {
            presentations.download(program, trainFeed.predictions());
            onDevice.ifPresentOrElse(results::settle, () -> results.settle(position));
            results.commit();
            training.stop();
            ended = true;
            epochIsOpen = false;
            epoch++;
            Evaluation tested = evaluate();
            EpochMetrics metrics = new EpochMetrics(epoch, results.meanLoss(), results.accuracy(), tested.loss(),
                    tested.accuracy(), training.seconds(), results.trackerSeconds(), position / training.seconds());
            listener.epochDone(metrics);
            return metrics;
        }
    }

    /** How the network, or the moving average of it, does on the test set. */
    public Evaluation evaluate() {
        try (SingleUse.Turn _ = use.begin()) {
            return test.run();
        }
    }

    /** The type of activations. */
    public DType activations() {
        return activations;
    }

    /** Whose kernels train, see {@link Program#kernels}. */
    public String kernels() {
        return program.kernels();
    }

    /** What is not computed by direct convolutions, see {@link Program#convolutions}. */
    public Map<String, ConvolutionAlgorithm> convolutions() {
        return program.convolutions();
    }

    /** What the network takes, beside the data. */
    public MemoryUse memory() {
        return program.memory();
    }

    /** What the last evaluation predicted of the test examples, in their order. */
    public PredictionColumns judgements() {
        return test.judgements();
    }

    /** What the presentations of the last epoch that has ended predicted; undefined while another one is trained. */
    public PredictionColumns presentations() {
        return presentations;
    }

    /** Parameters and running statistics by name, in PyTorch's layouts. */
    public Map<String, float[]> parameters() {
        Map<String, float[]> values = new LinkedHashMap<>();
        try (SingleUse.Turn _ = use.begin()) {
            ops.persistent().forEach(tensor -> values.put(tensor.name(), program.read(tensor)));
        }
        return values;
    }

    /** The same with their shapes, for a checkpoint. */
    public Map<String, NamedArray> weights() {
        try (SingleUse.Turn _ = use.begin()) {
            return TensorArrays.read(program, ops.persistent());
        }
    }

    /** What the optimizer carries from step to step, and moving averages or slow weights, for a checkpoint. */
    public Map<String, NamedArray> optimizerState() {
        try (SingleUse.Turn _ = use.begin()) {
            return TensorArrays.read(program, optimizerStates());
        }
    }

    private List<Tensor> optimizerStates() {
        Stream<Tensor> states = ops.slots().stream().flatMap(slot -> slot.states(config.optimizer()).stream());
        Stream<Tensor> averages = config.update().keepsAverages()
                ? ops.averaged().stream().map(OptimizerOp.Averaged::average)
                : Stream.empty();
        return Stream.concat(states, averages).toList();
    }

    /**
     * Begins with other weights than the network's initial ones, named as in {@link #weights}; PyTorch's
     * {@code num_batches_tracked} are passed over.
     *
     * @throws IllegalArgumentException when a tensor is missing, has another shape, or is unknown to the network;
     *         nothing is changed
     */
    public void begin(Map<String, NamedArray> weights) {
        TensorArrays.requireAll(ops.persistent(), weights);
        Set<String> known = ops.persistent().stream().map(Tensor::name).collect(Collectors.toSet());
        weights.keySet().stream().filter(name -> !known.contains(name) && !name.endsWith(BATCH_COUNT)).findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "the network has no " + name + ": these are weights of another network");
                });
        try (SingleUse.Turn _ = use.begin()) {
            ops.persistent().forEach(tensor -> writeInitial(tensor, weights.get(tensor.name()).floats()));
        }
    }

    /**
     * Goes back to a checkpoint: training goes on as if it had never stopped, bit by bit.
     *
     * @throws IllegalArgumentException when a tensor is missing or has another shape; nothing is changed
     */
    public void restore(int trainedEpochs, Map<String, NamedArray> weights, Map<String, NamedArray> optimizerState) {
        List<Tensor> states = optimizerStates();
        TensorArrays.requireAll(ops.persistent(), weights);
        TensorArrays.requireAll(states, optimizerState);
        try (SingleUse.Turn _ = use.begin()) {
            TensorArrays.write(program, ops.persistent(), weights);
            TensorArrays.write(program, states, optimizerState);
            epoch = trainedEpochs;
            epochIsOpen = false;
        }
    }

    /** Closes the trainer; where another thread trains, after its step, whose next one is refused. */
    @Override
    public void close() {
        use.close();
        try {
            program.close();
        } finally {
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }
}
