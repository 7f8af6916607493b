package dev.lethe.kernels.op;

import dev.lethe.kernels.Program;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.List;

/**
 * What a loss keeps of an epoch's presentations by example, beside a row a presentation: what a tracker of forgetting
 * events records, gathered where the presentations are made. All have role {@link Role#RESULT}; plans add to them, and
 * {@link Program#clear} makes them ready for an epoch, in which an example is presented once at most.
 * <p>
 * In a plane, example {@code i} is bit {@code i % 32} of word {@code i / 32}: that is, on a little-endian machine, bit
 * {@code i % 64} of the 64-bit word {@code i / 64}.
 *
 * @param seen (words): whether an example was presented; S32
 * @param correct (words): whether it was predicted right, and all that is added up of it is finite; S32
 * @param sums (examples, 5): margin, EL2N, probability, its square, and loss; F32
 */
public record ExampleTables(Tensor seen, Tensor correct, Tensor sums) {
    public ExampleTables {
        OpChecks.requireInts(seen, Role.RESULT);
        OpChecks.requireInts(correct, Role.RESULT);
        OpChecks.requireShape(correct, seen.shape());
        OpChecks.require(sums.role() == Role.RESULT && sums.dtype() == DType.F32 && sums.shape().rank() == 2
                && sums.shape().dim(1) == SUMS, "sums must be (examples, " + SUMS + ") F32 results", sums);
    }

    /** Sums of an example. */
    public static final int SUMS = 5;

    /** Tables of the given number of examples, named {@code prefix.table}. */
    public static ExampleTables of(String prefix, int examples) {
        Shape words = Shape.of(Math.ceilDiv(examples, Long.SIZE) * 2);
        return new ExampleTables(new Tensor(prefix + ".seen", Role.RESULT, DType.S32, words),
                new Tensor(prefix + ".right", Role.RESULT, DType.S32, words),
                new Tensor(prefix + ".sums", Role.RESULT, DType.F32, Shape.of(examples, SUMS)));
    }

    public List<Tensor> tables() {
        return List.of(seen, correct, sums);
    }
}
