package dev.lethe.train;

import dev.lethe.data.DataSet;
import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.DType;
import dev.lethe.kernels.Philox;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Shape;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import dev.lethe.model.Feed;
import dev.lethe.model.ImageSample;
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

/**
 * Trains one network on one data set. Everything is allocated when it is made; a step allocates nothing. The same
 * configuration on the same backend with the same number of threads gives the same parameters and predictions, bit by
 * bit. Not thread-safe. Closes its program; the backend stays the caller's.
 */
public final class Trainer implements AutoCloseable {
    private static final int EVALUATION_BATCH = 500;
    private static final int SAMPLE = 5000; // images for initial values that depend on some

    private final TrainingConfig config;
    private final ImageSet train;
    private final ImageSet test;
    private final NetworkOps ops;
    private final Feed trainFeed;
    private final Arena arena = Arena.ofShared();
    private final PredictionColumns presentations;
    private final PredictionColumns judgements;
    private final Tensor learningRates;
    private final Tensor stepsBefore = new Tensor("stepsBefore", Role.DATA, DType.S32, Shape.of(1));
    private final MemorySegment rates;
    private final MemorySegment stepsDone = arena.allocate(ValueLayout.JAVA_INT);
    private final MemorySegment epochNumber = arena.allocate(ValueLayout.JAVA_INT);
    private final int[] order;
    private final Program program;
    private final Plan step;
    private final Optional<Plan> lastStep;
    private final Plan evaluation;
    private final Optional<Plan> lastEvaluation;
    private int epoch;

    /** A trainer that computes in F32. */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config) {
        this(backend, network, data, config, DType.F32);
    }

    /**
     * Compiles the network and gives it its initial values.
     *
     * @param activations type of activations and their gradients, see {@link NetworkOps}
     * @throws IllegalArgumentException when the network does not fit the data, or the batch is larger than the
     *         training set
     */
    public Trainer(Backend backend, Network network, DataSet data, TrainingConfig config, DType activations) {
        requireFits(data, config);
        this.config = config;
        train = data.train();
        test = data.test();
        if (network.classes() != data.classes()) {
            throw new IllegalArgumentException("network " + network.name() + " has classes=" + network.classes()
                    + ", data set " + data.name() + " has classes=" + data.classes());
        }
        ops = new NetworkOps(network, Shape.of(1, train.height(), train.width(), train.channels()),
                activations);
        Feed plain = Feed.of("train", shape(train), data.normalization());
        trainFeed = plain.drawn(config.augmentation(), config.seed());
        Feed testFeed = Feed.of("test", shape(test), data.normalization());
        learningRates = new Tensor("learningRates", Role.DATA, DType.F32, Shape.of(stepsPerEpoch()));

        int evaluated = Math.min(EVALUATION_BATCH, test.examples());
        List<PlanSpec> plans = new ArrayList<>();
        UpdateRule rule = new UpdateRule(config.optimizer(), config.update().clipNorm(), config.update().undecayed(),
                learningRates, Optional.of(stepsBefore));
        plans.add(ops.training("train", config.batch(), trainFeed, rule, config.labelSmoothing()));
        remainder(train.examples(), config.batch()).ifPresent(
                rest -> plans.add(ops.training("train-last", rest, trainFeed, rule, config.labelSmoothing())));
        plans.add(ops.evaluation("evaluate", evaluated, testFeed));
        remainder(test.examples(), evaluated)
                .ifPresent(rest -> plans.add(ops.evaluation("evaluate-last", rest, testFeed)));

        order = new int[train.examples()];
        rates = arena.allocate(learningRates.bytes(), 64);
        presentations = PredictionColumns.allocate(arena, train.examples());
        judgements = PredictionColumns.allocate(arena, test.examples());
        program = backend.compile(new ProgramSpec(plans));
        bind(trainFeed, train, presentations);
        bind(testFeed, test, judgements);
        program.bind(learningRates, rates);
        program.bind(stepsBefore, stepsDone);
        trainFeed.draws().ifPresent(draws -> program.bind(draws.epoch(), epochNumber));
        fillTestOrder(testFeed);
        ops.initialise(config.seed(), () -> sample(data), program::write);
        step = program.plan("train");
        lastStep = remainder(train.examples(), config.batch()).map(_ -> program.plan("train-last"));
        evaluation = program.plan("evaluate");
        lastEvaluation = remainder(test.examples(), evaluated).map(_ -> program.plan("evaluate-last"));
    }

    /** Verifies that a batch of the configuration can be drawn from the data. */
    public static void requireFits(DataSet data, TrainingConfig config) {
        if (config.batch() > data.train().examples()) {
            throw new IllegalArgumentException("batch=" + config.batch() + " is larger than the training set of "
                    + data.train().examples() + " examples: choose a smaller one");
        }
    }

    /** The first training images, normalised. */
    private static ImageSample sample(DataSet data) {
        ImageSet images = data.train();
        int count = Math.min(SAMPLE, images.examples());
        Shape shape = shape(images).withFirst(count);
        float[] pixels = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i % images.channels();
            pixels[i] = Byte.toUnsignedInt(images.pixels().get(ValueLayout.JAVA_BYTE, i))
                    * data.normalization().scale(channel) + data.normalization().shift(channel);
        }
        return new ImageSample(pixels, shape);
    }

    private static Shape shape(ImageSet images) {
        return Shape.of(images.examples(), images.height(), images.width(), images.channels());
    }

    private static Optional<Integer> remainder(int examples, int batch) {
        return Optional.of(examples % batch).filter(rest -> rest > 0);
    }

    private void bind(Feed feed, ImageSet images, PredictionColumns columns) {
        program.bind(feed.images(), images.pixels());
        program.bind(feed.labels(), images.labels());
        program.bind(feed.order(), columns.ids());
        columns.bind(program, feed.predictions());
    }

    /** The rates of the epoch, where the table has a row a step, and the steps before it. */
    private void fillRates() {
        int steps = stepsPerEpoch();
        for (int i = 0; i < steps; i++) {
            rates.setAtIndex(ValueLayout.JAVA_FLOAT, i, config.schedule().rate(config.learningRate(),
                    (long) epoch * steps + i, steps, config.epochs()));
        }
        program.upload(learningRates);
        stepsDone.set(ValueLayout.JAVA_INT, 0, Math.multiplyExact(epoch, steps));
        program.upload(stepsBefore);
    }

    private void fillTestOrder(Feed testFeed) {
        for (int i = 0; i < test.examples(); i++) {
            judgements.ids().setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        program.upload(testFeed.order());
    }

    private int stepsPerEpoch() {
        return (train.examples() + config.batch() - 1) / config.batch();
    }

    /** Epochs trained so far. */
    public int epochs() {
        return epoch;
    }

    /** Trains all epochs of the configuration that are left, evaluating after each. */
    public List<EpochMetrics> train(PredictionSink sink, TrainingListener listener) throws IOException {
        List<EpochMetrics> metrics = new ArrayList<>();
        while (epoch < config.epochs()) {
            metrics.add(trainEpoch(sink, listener));
        }
        return metrics;
    }

    /**
     * Trains one epoch and evaluates.
     *
     * @throws NonFiniteLossException when the loss is not a number any more; the epoch is not committed
     */
    public EpochMetrics trainEpoch(PredictionSink sink, TrainingListener listener) throws IOException {
        StepTimer training = new StepTimer();
        StepTimer tracking = new StepTimer();
        training.start();
        Philox.permutation(order, config.seed(), Philox.Stream.ORDER, epoch);
        MemorySegment.copy(order, 0, presentations.ids(), ValueLayout.JAVA_INT, 0, order.length);
        program.upload(trainFeed.order());
        fillRates();
        epochNumber.set(ValueLayout.JAVA_INT, 0, epoch);
        trainFeed.draws().ifPresent(draws -> program.upload(draws.epoch()));
        double loss = 0;
        int position = 0;
        for (int i = 0; position < train.examples(); i++) {
            Plan plan = train.examples() - position >= step.batch() ? step : lastStep.orElseThrow();
            plan.run(position, i);
            loss += checkedLoss(position, plan.batch(), i);
            tracking.start();
            sink.record(presentations, position, plan.batch());
            tracking.stop();
            position += plan.batch();
            listener.stepDone(epoch + 1, position, loss / position);
        }
        tracking.start();
        sink.commitEpoch();
        tracking.stop();
        training.stop();
        epoch++;
        Evaluation tested = evaluate();
        EpochMetrics metrics = new EpochMetrics(epoch, loss / position,
                (double) presentations.correctCount(position) / position, tested.loss(), tested.accuracy(),
                training.seconds(), tracking.seconds(), position / training.seconds());
        listener.epochDone(metrics);
        return metrics;
    }

    private double checkedLoss(int position, int count, int index) {
        double loss = presentations.lossSum(position, count);
        if (!Double.isFinite(loss)) {
            throw new NonFiniteLossException(epoch + 1, index + 1, loss / count,
                    rates.getAtIndex(ValueLayout.JAVA_FLOAT, index), config.learningRate());
        }
        return loss;
    }

    /** How the network does on the test set. */
    public Evaluation evaluate() {
        int position = 0;
        while (position < test.examples()) {
            Plan plan = test.examples() - position >= evaluation.batch() ? evaluation : lastEvaluation.orElseThrow();
            plan.run(position, 0);
            position += plan.batch();
        }
        return new Evaluation(judgements.lossSum(0, position) / position,
                (double) judgements.correctCount(position) / position);
    }

    /** Whose kernels train, see {@link Program#kernels}. */
    public String kernels() {
        return program.kernels();
    }

    /** What the presentations of the last trained epoch predicted. */
    public PredictionColumns presentations() {
        return presentations;
    }

    /** Parameters and running statistics by name, in PyTorch's layouts. */
    public Map<String, float[]> parameters() {
        Map<String, float[]> values = new LinkedHashMap<>();
        ops.persistent().forEach(tensor -> values.put(tensor.name(), program.read(tensor)));
        return values;
    }

    /** The same with their shapes, for a checkpoint. */
    public Map<String, NamedArray> weights() {
        return arrays(ops.persistent());
    }

    /** What the optimizer carries from step to step, for a checkpoint. */
    public Map<String, NamedArray> optimizerState() {
        return arrays(optimizerStates());
    }

    private List<Tensor> optimizerStates() {
        return ops.slots().stream().flatMap(slot -> slot.states(config.optimizer()).stream()).toList();
    }

    private Map<String, NamedArray> arrays(List<Tensor> tensors) {
        return NamedArray.byName(tensors.stream()
                .map(tensor -> NamedArray.of(tensor.name(), tensor.shape().dims(), program.read(tensor))).toList());
    }

    /**
     * Goes back to a checkpoint: training goes on as if it had never stopped, bit by bit.
     *
     * @throws IllegalArgumentException when a tensor is missing or has another shape; nothing is changed
     */
    public void restore(int trainedEpochs, Map<String, NamedArray> weights, Map<String, NamedArray> optimizerState) {
        List<Tensor> states = optimizerStates();
        requireAll(ops.persistent(), weights);
        requireAll(states, optimizerState);
        ops.persistent().forEach(tensor -> program.write(tensor, weights.get(tensor.name()).floats()));
        states.forEach(tensor -> program.write(tensor, optimizerState.get(tensor.name()).floats()));
        epoch = trainedEpochs;
    }

    private static void requireAll(List<Tensor> tensors, Map<String, NamedArray> arrays) {
        for (Tensor tensor : tensors) {
            NamedArray array = arrays.get(tensor.name());
            if (array == null || !array.shape().equals(tensor.shape().dims())) {
                throw new IllegalArgumentException("the network needs " + tensor + ", the checkpoint has "
                        + (array == null ? "nothing of that name" : "a shape of " + array.shape())
                        + ": it is of another network");
            }
        }
    }

    @Override
    public void close() {
        program.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
