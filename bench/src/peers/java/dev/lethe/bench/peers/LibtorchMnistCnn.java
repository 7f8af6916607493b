package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.InitialWeights;
import dev.lethe.bench.ParameterSpec;
import dev.lethe.bench.PreparedBatches;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * {@link BenchmarkModel#MNIST_CNN} in libtorch: functional calls, autograd and libtorch's own SGD. Of what was tried,
 * two choices made it faster, each by a third or more, and are kept:
 * <ul>
 * <li>One thread for OpenBLAS. Its own pool would spin beside libtorch's OpenMP workers on the same cores; two threads
 * were then several times slower than one.
 * <li>Images whose strides say channels-last, so that oneDNN convolves without reordering.
 * </ul>
 * Channels-last weights, ReLU before the pooling, and glibc's malloc told to keep its memory made no difference.
 */
final class LibtorchMnistCnn implements TrainStepEngine {
    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    private final List<Pointer> owned = new ArrayList<>();
    private final List<Tensor> images = new ArrayList<>(); // (N, C, H, W), channels-last
    private final List<Tensor> labels = new ArrayList<>(); // (N)
    private final Layer conv1;
    private final Layer conv2;
    private final Layer fc1;
    private final Layer fc2;
    private final SGD optimizer;
    private int steps;
    private boolean closed;

    /** A layer's parameters; the calls take a bias as an optional. */
    private record Layer(Tensor weight, TensorOptional bias) {}

    LibtorchMnistCnn(TrainStepTask task) {
        torch.set_num_threads(task.threads());
        openblas.blas_set_num_threads(1);
        try (PointerScope _ = new PointerScope()) {
            Map<String, Tensor> parameters = parameters(task.model(), task.weights());
            conv1 = layer(parameters, "conv1");
            conv2 = layer(parameters, "conv2");
            fc1 = layer(parameters, "fc1");
            fc2 = layer(parameters, "fc2");
            SGDOptions options = new SGDOptions(task.model().learningRate());
            options.momentum().put(task.model().momentum());
            optimizer = own(new SGD(new TensorVector(parameters.values().toArray(Tensor[]::new)), options));
            PreparedBatches batches = task.batches();
            for (int batch = 0; batch < batches.count(); batch++) {
                images.add(images(batches, batch));
                labels.add(own(torch.tensor(widen(batches.labels(batch)))));
            }
        }
    }

    private Map<String, Tensor> parameters(BenchmarkModel model, InitialWeights weights) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        for (ParameterSpec spec : model.parameters()) {
            long[] shape = spec.shape().stream().mapToLong(Integer::longValue).toArray();
            Tensor values = torch.tensor(weights.values(spec.name())).reshape(shape);
            parameters.put(spec.name(), own(values.set_requires_grad(true)));
        }
        return parameters;
    }

    private Layer layer(Map<String, Tensor> parameters, String name) {
        return new Layer(parameters.get(name + ".weight"),
                own(new TensorOptional(parameters.get(name + ".bias"))));
    }

    /** The pixels where they lie, (N, H, W, C), seen as (N, C, H, W). */
    private Tensor images(PreparedBatches batches, int batch) {
        long height = batches.model().height();
        long width = batches.model().width();
        long channels = batches.model().channels();
        FloatPointer pixels = own(new FloatPointer(batches.images(batch)));
        // With one channel every stride of it is valid, but only 1 tells oneDNN's channels-last from channels-first.
        return own(torch.from_blob(pixels, new long[]{batches.batchSize(), channels, height, width},
                height * width * channels, 1, width * channels, channels));
    }

    private static long[] widen(int[] labels) {
        long[] wide = new long[labels.length];
        for (int n = 0; n < labels.length; n++) {
            wide[n] = labels[n];
        }
        return wide;
    }

    /** Keeps a pointer beyond the scope it was made in, until {@link #close()}. */
    private <P extends Pointer> P own(P pointer) {
        owned.add(pointer.retainReference());
        return pointer;
    }

    @Override
    public float step() {
        if (closed) {
            throw new IllegalStateException("the libtorch engine is closed: create another");
        }
        int batch = steps++ % images.size();
        try (PointerScope _ = new PointerScope()) {
            optimizer.zero_grad();
            Tensor loss = torch.cross_entropy_loss(logits(images.get(batch)), labels.get(batch));
            loss.backward();
            optimizer.step();
            return loss.item_float();
        }
    }

    private Tensor logits(Tensor batch) {
        Tensor features = torch.relu_(torch.max_pool2d(convolve(batch, conv1), 2, 2)); // (N, 10, 12, 12)
        features = torch.relu_(torch.max_pool2d(convolve(features, conv2), 2, 2)); // (N, 20, 4, 4)
        Tensor hidden = torch.relu_(torch.linear(features.flatten(1, -1), fc1.weight(), fc1.bias())); // (N, 50)
        return torch.linear(hidden, fc2.weight(), fc2.bias()); // (N, 10)
    }

    private static Tensor convolve(Tensor input, Layer layer) {
        return torch.conv2d(input, layer.weight(), layer.bias(), ONE, NONE, ONE, 1);
    }

    @Override
    public void close() {
        closed = true;
        owned.reversed().forEach(Pointer::close);
        owned.clear();
    }
}
