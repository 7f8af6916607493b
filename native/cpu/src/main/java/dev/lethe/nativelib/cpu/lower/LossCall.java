package dev.lethe.nativelib.cpu.lower;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.ExampleRecorder;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.SoftmaxCrossEntropy;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.simd.LossPass;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The operation that computes softmax cross-entropy of one worker's slice of the batch. */
final class LossCall implements WorkerOp {
    private final LossPass pass;
    private final ActivationLayout layout;
    private final BatchSlice slice;
    private final MemorySegment memory; // the worker's activations
    private final long logits; // offset in bytes: (slice, classes) in the layout of activations
    private final long gradient; // offset in bytes, in the logits' shape; -1 for none
    private final int classes;
    private final int logitBytes; // of an element
    private final int gradientBytes;
    private final boolean training;
    private final Bindings.Binding labels; // (examples) int32
    private final Bindings.Binding order; // (presentations) int32: example ids
    private final Bindings.@Nullable Binding weights; // (presentations) float32; null if all are 1
    private final Bindings.Binding[] predictions; // in the order of Predictions.columns()
    private final Bindings.Binding[] tables; // in the order of ExampleTables.tables(), none where nothing is recorded

    LossCall(SoftmaxCrossEntropy op, Bindings bindings, WorkerPlan plan) {
        classes = op.logits().shape().dim(1);
        layout = plan.layoutOfActivations();
        pass = layout.lossPass(op);
        logitBytes = op.logits().dtype().bytes();
        gradientBytes = op.logitsGradient().orElse(op.logits()).dtype().bytes();
        slice = plan.slice();
        memory = plan.memory();
        logits = plan.offset(op.logits());
        training = op.logitsGradient().isPresent();
        gradient = op.logitsGradient().map(plan::offset).orElse(-1L);
        labels = bindings.of(op.labels());
        order = bindings.of(op.order());
        weights = op.weights().map(bindings::of).orElse(null);
        predictions = bindings(op.predictions().columns(), bindings);
        tables = bindings(op.tables().map(ExampleTables::tables).orElse(List.of()), bindings);
    }

    private static Bindings.Binding[] bindings(List<Tensor> tensors, Bindings bindings) {
        return tensors.stream().map(bindings::of).toArray(Bindings.Binding[]::new);
    }

    @Override
    public void run(int position, int step) {
        pass.into(predictions[0].memory(), predictions[1].memory(), predictions[2].memory(), predictions[3].memory(),
                predictions[4].memory(), predictions[5].memory());
        for (int n = 0; n < layout.places(slice.examples()); n += Floats.lanes()) {
            int count = Math.clamp(slice.examples() - n, 0, Floats.lanes());
            long row = position + slice.first() + n;
            for (int lane = 0; lane < count; lane++) {
                int example = order.memory().getAtIndex(JAVA_INT, row + lane);
                pass.label(lane, labels.memory().getAtIndex(JAVA_INT, example));
            }
            weigh(row, count);
            long at = layout.element(classes, n, 0);
            pass.run(memory, logits + at * logitBytes, training ? gradient + at * gradientBytes : -1, row, count);
        }
        if (tables.length > 0) {
            record(position + slice.first());
        }
    }

    private void weigh(long row, int count) {
        if (weights != null) {
            for (int lane = 0; lane < count; lane++) {
                pass.weight(lane, weights.memory().getAtIndex(JAVA_FLOAT, row + lane));
            }
        }
    }

    private void record(long first) {
        ExampleRecorder to = new ExampleRecorder(tables[0].memory(), tables[1].memory(), tables[2].memory());
        for (long row = first; row < first + slice.examples(); row++) {
            to.add(order.memory().getAtIndex(JAVA_INT, row), predictions[1].memory().getAtIndex(JAVA_INT, row) != 0,
                    value(2, row), value(3, row), value(4, row), value(5, row));
        }
    }

    private float value(int column, long row) {
        return predictions[column].memory().getAtIndex(JAVA_FLOAT, row);
    }
}
