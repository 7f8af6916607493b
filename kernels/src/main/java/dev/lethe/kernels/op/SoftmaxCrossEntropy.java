package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Softmax cross-entropy of the presentations at the plan's position, with the scores of each of them and the gradient
 * of a mean loss.
 *
 * @param logits (N, classes)
 * @param labels (examples): the given label of every example, S32
 * @param order (presentations): the example of each presentation, S32
 * @param predictions one row for each presentation, written at the plan's position; they judge by the label alone
 * @param labelSmoothing share of the target that is spread evenly over all classes, in [0, 1); changes the gradient
 *        alone
 * @param meanOver number of examples that the mean is over: those of the plan's batch, or of a larger one that is
 *        computed in parts
 * @param logitsGradient (N, classes); absent if only predictions are wanted
 * @param tables tables that add up presentations by example, none twice in a batch; absent if only rows are wanted
 * @param weights (presentations): the factor of each presentation's gradient, F32; absent if all are 1. The mean is
 *        over {@code meanOver} whatever they add up to, and predictions are not weighted
 */
public record SoftmaxCrossEntropy(Tensor logits, Tensor labels, Tensor order, Predictions predictions,
        float labelSmoothing, int meanOver, Optional<Tensor> logitsGradient, Optional<ExampleTables> tables,
        Optional<Tensor> weights)
        implements Op {
    /** Refuses impossible values by a sentence that names them. */
    public SoftmaxCrossEntropy {
        OpChecks.require(labelSmoothing >= 0 && labelSmoothing < 1,
                "labelSmoothing=" + labelSmoothing + " must lie in [0, 1)", logits);
        OpChecks.require(logits.shape().rank() == 2, "logits must be (N, classes)", logits);
        OpChecks.require(meanOver >= logits.shape().dim(0), "meanOver=" + meanOver + " is less than the batch", logits);
        OpChecks.requireInts(labels, Role.DATA);
        OpChecks.requireInts(order, Role.DATA);
        weights.ifPresent(w -> OpChecks.require(w.role() == Role.DATA && w.dtype() == DType.F32
                && w.shape().equals(order.shape()), "expected one F32 for each presentation, with role DATA", w));
        logitsGradient.ifPresent(g -> OpChecks.requireShape(g, logits.shape()));
    }

    /** Makes a loss without weights. */
    public SoftmaxCrossEntropy(Tensor logits, Tensor labels, Tensor order, Predictions predictions,
            float labelSmoothing, int meanOver, Optional<Tensor> logitsGradient, Optional<ExampleTables> tables) {
        this(logits, labels, order, predictions, labelSmoothing, meanOver, logitsGradient, tables, Optional.empty());
    }

    /** Makes a loss with the mean over the plan's batch, without tables and weights. */
    public SoftmaxCrossEntropy(Tensor logits, Tensor labels, Tensor order, Predictions predictions,
            float labelSmoothing, Optional<Tensor> logitsGradient) {
        this(logits, labels, order, predictions, labelSmoothing, logits.shape().dim(0), logitsGradient,
                Optional.empty());
    }

    @Override
    public List<Tensor> reads() {
        return OpChecks.with(weights, logits, labels, order);
    }

    @Override
    public List<Tensor> writes() {
        List<Tensor> writes = new ArrayList<>(predictions.columns());
        logitsGradient.ifPresent(writes::add);
        tables.ifPresent(t -> writes.addAll(t.tables()));
        return List.copyOf(writes);
    }
}
