package dev.lethe.bench.peers;

import dev.lethe.bench.BenchmarkModel;
import dev.lethe.bench.PreparedBatches;
import dev.lethe.bench.TrainStepEngine;
import dev.lethe.bench.TrainStepTask;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A training step as a TensorFlow graph, channels-last, with the gradients that {@code addGradients} derives. Resource
 * variables, more threads between operations, the single-threaded executor and, on the MNIST CNN, ReLU before the
 * pooling were tried and made no difference; XLA was ten times slower, and without oneDNN it ran at half the speed.
 */
final class TensorFlowStep implements TrainStepEngine {
    private final TensorFlowGraph graph;
    private final Session session;
    private final Placeholder<TFloat32> images; // (N, H, W, C)
    private final Placeholder<TFloat32> targets; // (N, classes), one-hot: addGradients knows no sparse cross-entropy
    private final Operand<TFloat32> loss;
    private final Op update;
    private final List<TFloat32> imageTensors = new ArrayList<>();
    private final List<TFloat32> targetTensors = new ArrayList<>();
    private int steps;
    private boolean closed;

    TensorFlowStep(TrainStepTask task, TensorFlowNetwork network) {
        BenchmarkModel model = task.model();
        int batch = task.batches().batchSize();
        graph = new TensorFlowGraph(task.weights());
        Ops ops = graph.ops();
        images = ops.placeholder(TFloat32.class,
                Placeholder.shape(Shape.of(batch, model.height(), model.width(), model.channels())));
        targets = ops.placeholder(TFloat32.class, Placeholder.shape(Shape.of(batch, model.classes())));
        loss = ops.math.mean(ops.nn.softmaxCrossEntropyWithLogits(network.logits(graph, images), targets).loss(),
                ops.constant(0));
        update = graph.update(loss, task.optimizer());
        session = graph.open(task.threads(), task.dtype());
        prepare(task.batches());
    }

    /** Copies the batches into TensorFlow's memory, from which the steps feed them. */
    private void prepare(PreparedBatches batches) {
        for (int batch = 0; batch < batches.count(); batch++) {
            imageTensors.add(TFloat32.tensorOf(images.shape(), DataBuffers.of(batches.images(batch))));
            targetTensors.add(TFloat32.tensorOf(targets.shape(),
                    DataBuffers.of(oneHot(batches.labels(batch), batches.model().classes()))));
        }
    }

    private static float[] oneHot(int[] labels, int classes) {
        float[] hot = new float[labels.length * classes]; // (N, classes)
        for (int n = 0; n < labels.length; n++) {
            hot[n * classes + labels[n]] = 1;
        }
        return hot;
    }

    @Override
    public float step() {
        if (closed) {
            throw new IllegalStateException("the tensorflow engine is closed: create another");
        }
        int batch = steps++ % imageTensors.size();
        try (Result result = session.runner().feed(images, imageTensors.get(batch))
                .feed(targets, targetTensors.get(batch)).addTarget(update).fetch(loss).run()) {
            return ((TFloat32) result.get(0)).getFloat();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            imageTensors.forEach(TFloat32::close);
            targetTensors.forEach(TFloat32::close);
            session.close();
            graph.close();
        }
    }
}
