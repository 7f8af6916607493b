package dev.lethe.kernels.op;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;

/**
 * Tables of an epoch's presentations by example, beside the rows by presentation: the values that a tracker of
 * forgetting events records, gathered on the device that computes them. All have role {@link Role#RESULT}. Plans add to
 * them, and {@link Program#clear} empties them for the next epoch, in which an example is presented at most once.
 * <p>
 * In a plane, example {@code i} is bit {@code i % 32} of word {@code i / 32}; on a little-endian machine that is bit
 * {@code i % 64} of the 64-bit word {@code i / 64}.
 *
 * @param seen plane of the examples that were presented, (words), S32
 * @param correct plane of the examples that were predicted right and whose summands are all finite, (words), S32
 * @param sums sums of margin, EL2N, probability, squared probability, and loss, (examples, 5), F32
 */
public record ExampleTables(Tensor seen, Tensor correct, Tensor sums) {
    /** Refuses impossible values by a sentence that names them. */
    public ExampleTables {
        OpChecks.requireInts(seen, Role.RESULT);
        OpChecks.requireInts(correct, Role.RESULT);
        OpChecks.requireShape(correct, seen.shape());
        OpChecks.require(sums.role() == Role.RESULT && sums.dtype() == DType.F32 && sums.shape().rank() == 2
                && sums.shape().dim(1) == SUMS, "sums must be (examples, " + SUMS + ") F32 results", sums);
    }

    /** The number of sums of an example. */
    public static final int SUMS = 5;

    /** Returns tables for a number of examples, named {@code prefix.table}. */
    public static ExampleTables of(String prefix, int examples) {
        Shape words = Shape.of(Math.ceilDiv(examples, Long.SIZE) * 2);
        return new ExampleTables(new Tensor(prefix + ".seen", Role.RESULT, DType.S32, words),
                new Tensor(prefix + ".right", Role.RESULT, DType.S32, words),
                new Tensor(prefix + ".sums", Role.RESULT, DType.F32, Shape.of(examples, SUMS)));
    }

    /** Returns the three tables, in the order of the components. */
    public List<Tensor> tables() {
        return List.of(seen, correct, sums);
    }
}
