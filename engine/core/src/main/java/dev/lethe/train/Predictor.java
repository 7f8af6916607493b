package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.InputPipeline;
import dev.lethe.model.Network;
import dev.lethe.model.NetworkOps;
import dev.lethe.train.checkpoint.NamedArray;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Predictions of a network for any images: {@index logits}, class probabilities, and the features before the last
 * linear layer. Normalisations take their running statistics and nothing is dropped, as in a test; nothing of
 * training is compiled. The prediction of an image does not depend on the others.
 *
 * <p>It serves one thread at a time and refuses a second one by name; any thread may close it. Closes its program; the
 * backend stays the caller's.
 *
 * {@snippet file="dev/lethe/train/SnippetsTest.java" region="predict"}
 *
 * @see Trainer#weights
 */
public final class Predictor implements AutoCloseable {
    private static final int BATCH = 64;
    private static final String PLAN = "predict";

    private final NetworkOps ops;
    private final Shape image; // (1, H, W, C)
    private final int batch;
    private final SingleUse use;
    private final ResourceStack resources;
    private final Program program;
    private final Plan plan;
    private final Tensor images;
    private final MemorySegment pixels; // bytes (batch, H, W, C)
    private final Tensor logits;
    private final Tensor features;
    private boolean hasWeights;

    /**
     * Compiles predictions in batches of 64.
     *
     * @param backend backend that computes; stays the caller's to close
     * @param network network that predicts
     * @param image (1, H, W, C) of an image
     * @param normalization scale and shift of the pixels, those that the network was trained with
     * @param arithmetic type of activations and algorithms
     * @throws IllegalArgumentException when the network does not fit the images
     */
    public Predictor(Backend backend, Network network, Shape image, Normalization normalization,
            Arithmetic arithmetic) {
        this(backend, network, image, normalization, arithmetic, BATCH);
    }

    /**
     * Compiles predictions.
     *
     * @param batch images that are computed together, at least 1
     */
    public Predictor(Backend backend, Network network, Shape image, Normalization normalization, Arithmetic arithmetic,
            int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch=" + batch + ": choose at least 1");
        }
        if (image.rank() != 4 || image.dim(0) != 1) {
            throw new IllegalArgumentException(
                    "image=" + image + ": give the shape of one image, (1, height, width, channels)");
        }
        if (normalization.channels() != image.dim(3)) {
            throw new IllegalArgumentException("image=" + image + " has " + image.dim(3)
                    + " channels, and normalization " + normalization.channels() + ": give one mean for each");
        }
        this.image = image;
        this.batch = batch;
        use = new SingleUse("the predictor of " + network.name());
        InputPipeline pipeline = InputPipeline.of(PLAN, image.withFirst(batch), normalization);
        DType activations = arithmetic.activations().orElseGet(() -> backend.fastestActivations(new ProgramSpec(
                List.of(new NetworkOps(network, image, DType.F32).prediction(PLAN, batch, pipeline).plan()))));
        ops = new NetworkOps(network, image, activations);
        NetworkOps.Prediction prediction = ops.prediction(PLAN, batch, pipeline);
        images = pipeline.images();
        logits = prediction.logits();
        features = prediction.features();
        try (ResourceStack opening = new ResourceStack()) {
            Arena arena = opening.own(Arena.ofShared(), Arena::close); // first, as it must outlive the program
            program = opening.own(backend.compile(new ProgramSpec(List.of(prediction.plan()),
                    arithmetic.convolutions())), Program::close);
            plan = program.plan(PLAN);
            pixels = arena.allocate(images.bytes(), 64);
            program.bind(images, pixels);
            MemorySegment order = arena.allocate(pipeline.order().bytes(), 64);
            for (int i = 0; i < batch; i++) {
                order.setAtIndex(JAVA_INT, i, i);
            }
            program.bind(pipeline.order(), order);
            resources = opening.keep();
        }
    }

    /** Returns the number of classes. */
    public int classes() {
        return logits.shape().dim(1);
    }

    /** Returns the number of features of an image. */
    public int featureCount() {
        return Math.toIntExact(features.shape().elementsPerExample());
    }

    /**
     * Takes the weights to predict with.
     *
     * @param weights weights and running statistics by the names of {@link Trainer#weights} but for a prefix that all
     *        share; PyTorch's {@code num_batches_tracked} are ignored
     * @throws IllegalArgumentException when a tensor is missing, has another shape, or is unknown to the network;
     *         nothing is changed
     */
    public void load(Map<String, NamedArray> weights) {
        Map<String, NamedArray> named = NetworkWeights.fitting(ops, weights).arrays();
        try (SingleUse.Turn _ = use.begin()) {
            TensorArrays.write(program, ops.persistent(), named);
            hasWeights = true;
        }
    }

    /**
     * Takes the moving averages of weights, of a training that keeps them ({@link UpdateOptions#withAverageDecay}).
     *
     * @param weights weights by the names of {@link Trainer#weights}, for what has no average
     * @param optimizerState state by the names of {@link Trainer#optimizerState}
     * @throws IllegalArgumentException when a tensor is missing or has another shape; nothing is changed
     */
    public void loadAverages(Map<String, NamedArray> weights, Map<String, NamedArray> optimizerState) {
        List<OptimizerOp.Averaged> averaged = ops.averaged();
        TensorArrays.requireAll(averaged.stream().map(OptimizerOp.Averaged::average).toList(), optimizerState);
        Map<String, NamedArray> averages = new HashMap<>(weights);
        for (OptimizerOp.Averaged pair : averaged) {
            NamedArray average = Objects.requireNonNull(optimizerState.get(pair.average().name()));
            averages.put(pair.value().name(), NamedArray.of(pair.value().name(), average.shape(), average.floats()));
        }
        load(averages);
    }

    /**
     * Returns the logits of images: [image][class].
     *
     * @throws IllegalArgumentException when the images have another size than the predictor's
     * @throws IllegalStateException when no weights were loaded, or the predictor is closed or in use
     */
    public float[][] logits(ImageSet set) {
        return rows(set, logits);
    }

    /** Returns the softmax of the logits of images: [image][class]. It fails as {@link #logits(ImageSet)} does. */
    public float[][] probabilities(ImageSet set) {
        float[][] rows = rows(set, logits);
        for (float[] row : rows) {
            softmax(row);
        }
        return rows;
    }

    private static void softmax(float[] row) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float logit : row) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        double[] exponentials = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            exponentials[i] = Math.exp(row[i] - (double) largest);
            sum += exponentials[i];
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (exponentials[i] / sum);
        }
    }

    /**
     * Returns the features of images: [image][feature], the inputs of the last linear layer. Where these are images,
     * features are in the order of rows, columns and channels.
     *
     * @throws IllegalArgumentException when the images have another size than the predictor's
     * @throws IllegalStateException when no weights were loaded, or the predictor is closed or in use
     */
    public float[][] features(ImageSet set) {
        return rows(set, features);
    }

    private float[][] rows(ImageSet set, Tensor tensor) {
        if (!set.shape().withFirst(1).equals(image)) {
            throw new IllegalArgumentException("images=" + set.shape() + ": the network predicts images of "
                    + image.dim(1) + " x " + image.dim(2) + " x " + image.dim(3));
        }
        float[][] rows = new float[set.examples()][Math.toIntExact(tensor.shape().elementsPerExample())];
        predict(set.pixels(), set.examples(), tensor, (values, first, count) -> {
            for (int i = 0; i < count; i++) {
                System.arraycopy(values, i * rows[first + i].length, rows[first + i], 0, rows[first + i].length);
            }
        });
        return rows;
    }

    /**
     * Writes the logits of images off-heap.
     *
     * @param pixels bytes (images, H, W, C); also a segment of an array
     * @param to receives float32 (images, classes); exactly as long as that
     * @throws IllegalArgumentException when the pixels are no whole number of images, or the logits have another length
     * @throws IllegalStateException when no weights were loaded, or the predictor is closed or in use
     */
    public void logits(MemorySegment pixels, MemorySegment to) {
        write(pixels, to, logits, "classes");
    }

    /**
     * Writes the features of images off-heap: float32 (images, features). Parameters and errors as those of
     * {@link #logits(MemorySegment, MemorySegment)}.
     */
    public void features(MemorySegment pixels, MemorySegment to) {
        write(pixels, to, features, "features");
    }

    private void write(MemorySegment from, MemorySegment to, Tensor tensor, String what) {
        long bytes = image.elements();
        if (from.byteSize() == 0 || from.byteSize() % bytes != 0) {
            throw new IllegalArgumentException("got bytes=" + from.byteSize() + " of pixels: give " + bytes
                    + " for each image, which is " + image.dim(1) + " x " + image.dim(2) + " x " + image.dim(3));
        }
        int count = Math.toIntExact(from.byteSize() / bytes);
        long width = tensor.shape().elementsPerExample();
        if (to.byteSize() != count * width * Float.BYTES) {
            throw new IllegalArgumentException("got bytes=" + to.byteSize() + " for images=" + count + " and " + what
                    + "=" + width + ": give " + count * width * Float.BYTES);
        }
        if (to.isReadOnly()) {
            throw new IllegalArgumentException("the segment that receives " + what + " is read-only: give one to write "
                    + "to");
        }
        predict(from, count, tensor, (values, first, some) -> MemorySegment.copy(values, 0, to,
                JAVA_FLOAT.withByteAlignment(1), first * width * Float.BYTES, Math.toIntExact(some * width)));
    }

    /** Receiver of the rows of a batch: those of images [first, first + count), of which there may be more. */
    private interface Rows {
        void accept(float[] values, int first, int count);
    }

    private void predict(MemorySegment from, int count, Tensor tensor, Rows rows) {
        try (SingleUse.Turn _ = use.begin()) {
            if (!hasWeights) {
                throw new IllegalStateException("no weights were loaded: call load first");
            }
            long bytes = image.elements();
            for (int first = 0; first < count; first += batch) {
                int some = Math.min(batch, count - first);
                MemorySegment.copy(from, JAVA_BYTE, first * bytes, pixels, JAVA_BYTE, 0, some * bytes);
                program.upload(images);
                plan.run(0, 0);
                rows.accept(program.read(tensor), first, some);
            }
        }
    }

    /** Closes the predictor, after a running prediction of another thread. */
    @Override
    public void close() {
        use.close();
        resources.close();
    }
}
