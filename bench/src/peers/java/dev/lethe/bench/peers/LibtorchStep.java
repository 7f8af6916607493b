package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.OptimizerSetting;
import dev.lethe.bench.ParameterSpec;
import dev.lethe.bench.PreparedBatches;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepTask;
import dev.lethe.kernels.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A training step in libtorch: functional calls, autograd and libtorch's own SGD, on channels-last images. Of what was
 * tried on the MNIST CNN, two choices made it faster, each by a third or more, and are kept:
 * <ul>
 * <li>One thread for OpenBLAS. Its own pool would spin beside libtorch's OpenMP workers on the same cores; two threads
 * were then several times slower than one.
 * <li>Images whose strides say channels-last, so that oneDNN convolves without reordering.
 * </ul>
 * In bf16 the weights are bf16 too, as {@code module.to(torch.bfloat16)} makes them; the loss is computed in f32.
 */
abstract class LibtorchStep implements TrainStepEngine {
    private static final int MEAN = 1; // at::Reduction
    private static final int SUM = 2;
    private static final long NO_LABEL = -100; // PyTorch's default of ignore_index

    private final List<Pointer> owned = new ArrayList<>();
    private final List<Tensor> images = new ArrayList<>(); // (N, C, H, W), channels-last
    private final List<Tensor> labels = new ArrayList<>(); // (N)
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, TensorOptional> optionals = new LinkedHashMap<>(); // the calls take some as optionals
    private final TensorOptional none;
    private final BenchmarkModel model;
    private final torch.ScalarType type;
    private final SGD optimizer;
    private int steps;
    private boolean closed;

    LibtorchStep(TrainStepTask task) {
        torch.set_num_threads(task.threads());
        openblas.blas_set_num_threads(1);
        model = task.model();
        type = task.dtype() == DType.BF16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float;
        try (PointerScope _ = new PointerScope()) {
            none = own(new TensorOptional());
            model.parameters().forEach(spec -> addParameter(spec, task.weights().values(spec.name())));
            optimizer = optimizer(task.optimizer());
            PreparedBatches batches = task.batches();
            for (int batch = 0; batch < batches.count(); batch++) {
                images.add(images(batches, batch));
                labels.add(own(torch.tensor(widen(batches.labels(batch)))));
            }
        }
    }

    private void addParameter(ParameterSpec spec, float[] values) {
        long[] shape = spec.shape().stream().mapToLong(Integer::longValue).toArray();
        Tensor tensor = torch.tensor(values).reshape(shape).to(type);
        if (shape.length == 4) {
            tensor = tensor.contiguous(torch.MemoryFormat.ChannelsLast);
        }
        parameters.put(spec.name(), own(tensor.set_requires_grad(spec.trained())));
        optionals.put(spec.name(), own(new TensorOptional(tensor)));
    }

    /** Makes the optimizer; the biases of batch norms are a separate group only if they learn at another rate. */
    private SGD optimizer(OptimizerSetting setting) {
        float scaler = setting.normBiasScaler();
        SGDOptions options = options(setting, setting.learningRate(), setting.weightDecay());
        SGD sgd = own(new SGD(trained(spec -> scaler == 1 || !spec.isNormBias()), options));
        if (scaler != 1) {
            sgd.add_param_group(new OptimizerParamGroup(trained(ParameterSpec::isNormBias),
                    options(setting, setting.learningRate() * scaler, setting.weightDecay() / scaler)));
        }
        return sgd;
    }

    private static SGDOptions options(OptimizerSetting setting, float learningRate, float weightDecay) {
        SGDOptions options = new SGDOptions(learningRate);
        options.momentum().put(setting.momentum());
        options.nesterov().put(setting.nesterov());
        options.weight_decay().put(weightDecay);
        return options;
    }

    private TensorVector trained(Predicate<ParameterSpec> filter) {
        return new TensorVector(model.parameters().stream().filter(ParameterSpec::trained).filter(filter)
                .map(spec -> parameters.get(spec.name())).toArray(Tensor[]::new));
    }

    /** Returns the pixels of a batch in their memory, (N, H, W, C), as a view of (N, C, H, W). */
    private Tensor images(PreparedBatches batches, int batch) {
        long height = batches.model().height();
        long width = batches.model().width();
        long channels = batches.model().channels();
        FloatPointer pixels = own(new FloatPointer(batches.images(batch)));
        // With one channel every stride of it is valid, but only 1 tells oneDNN's channels-last from channels-first.
        Tensor floats = torch.from_blob(pixels, new long[]{batches.batchSize(), channels, height, width},
                height * width * channels, 1, width * channels, channels);
        return own(type == torch.ScalarType.Float ? floats : floats.to(type));
    }

    private static long[] widen(int[] labels) {
        long[] wide = new long[labels.length];
        for (int n = 0; n < labels.length; n++) {
            wide[n] = labels[n];
        }
        return wide;
    }

    /** Keeps a pointer beyond the scope it was made in, until {@link #close()}. */
    final <P extends Pointer> P own(P pointer) {
        owned.add(pointer.retainReference());
        return pointer;
    }

    /** Returns a parameter of the model. */
    final Tensor parameter(String name) {
        return parameters.get(name);
    }

    /** Returns a parameter of the model; none if the model has no such parameter. */
    final TensorOptional optional(String name) {
        return optionals.getOrDefault(name, none);
    }

    /** Returns a statistic of a batch norm, (channels), all of which begin at {@code value}. */
    final TensorOptional statistic(int channels, float value) {
        float[] values = new float[channels];
        Arrays.fill(values, value);
        try (PointerScope _ = new PointerScope()) {
            return own(new TensorOptional(torch.tensor(values).to(type)));
        }
    }

    /** Computes the logits, (N, classes), of a batch, (N, C, H, W). */
    abstract Tensor logits(Tensor batch);

    @Override
    public final float step() {
        if (closed) {
            throw new IllegalStateException("the libtorch engine is closed: create another");
        }
        int batch = steps++ % images.size();
        try (PointerScope _ = new PointerScope()) {
            optimizer.zero_grad();
            Tensor logits = logits(images.get(batch)).to(torch.ScalarType.Float);
            Tensor loss = torch.cross_entropy_loss(logits, labels.get(batch), none, model.sumsLoss() ? SUM : MEAN,
                    NO_LABEL, model.labelSmoothing());
            loss.backward();
            optimizer.step();
            return model.sumsLoss() ? loss.item_float() / logits.size(0) : loss.item_float();
        }
    }

    @Override
    public final void close() {
        closed = true;
        owned.reversed().forEach(Pointer::close);
        owned.clear();
    }
}
