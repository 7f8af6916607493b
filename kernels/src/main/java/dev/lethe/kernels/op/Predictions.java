package dev.lethe.kernels.op;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;

/**
 * The scores of each presentation, one row for each in the order of training, so that a whole epoch can be read at
 * once. All have role {@link Role#RESULT} and shape (rows).
 *
 * @param predicted class of the largest logit, the lowest of equal ones, or -1 if a logit is NaN; S32
 * @param correct 1 where {@code predicted} is the label, else 0; S32
 * @param margin logit of the label minus the largest other logit; F32
 * @param el2n L2 norm of softmax minus one-hot; F32
 * @param probability softmax probability of the label; F32
 * @param loss cross-entropy of the example; F32
 */
public record Predictions(Tensor predicted, Tensor correct, Tensor margin, Tensor el2n, Tensor probability,
        Tensor loss) {

    /** Returns columns with a number of rows, named {@code prefix.column}. */
    public static Predictions rows(String prefix, int rows) {
        Shape shape = Shape.of(rows);
        return new Predictions(new Tensor(prefix + ".predicted", Role.RESULT, DType.S32, shape),
                new Tensor(prefix + ".correct", Role.RESULT, DType.S32, shape),
                new Tensor(prefix + ".margin", Role.RESULT, DType.F32, shape),
                new Tensor(prefix + ".el2n", Role.RESULT, DType.F32, shape),
                new Tensor(prefix + ".probability", Role.RESULT, DType.F32, shape),
                new Tensor(prefix + ".loss", Role.RESULT, DType.F32, shape));
    }

    /** Returns the six columns, in the order of the components. */
    public List<Tensor> columns() {
        return List.of(predicted, correct, margin, el2n, probability, loss);
    }
}
