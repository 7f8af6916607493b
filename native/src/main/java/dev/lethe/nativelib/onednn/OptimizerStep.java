package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.SgdSpec;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.simd.SgdPass;
import dev.lethe.kernels.simd.SumPass;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

/**
 * What follows the backward pass: the workers' gradients are added and the parameters updated. Each worker handles its
 * slice of the blocks, in which many small parameters are a few long ranges.
 */
final class OptimizerStep {
    /** Bytes of a block: from, inclusive, to, exclusive. */
    private record Range(long from, long to) {
        long floats() {
            return (to - from) / Float.BYTES;
        }

        Range within(Range other) {
            return new Range(Math.max(from, other.from), Math.min(to, other.to));
        }
    }

    private OptimizerStep() {}

    /**
     * The sum of gradients.
     *
     * @param contributors workers that have a share of the batch
     */
    static WorkerOp sumGradients(ParameterMemory parameters, int contributors, int worker, int workers) {
        MemorySegment[] partials = parameters.partials(contributors);
        MemorySegment sum = parameters.block(Role.GRADIENT);
        Range slice = slice(sum.byteSize(), worker, workers);
        return (_, _) -> SumPass.run(partials, sum, slice.from, slice.floats());
    }

    static WorkerOp sgd(OptimizerOp.SgdStep op, ParameterMemory parameters, Bindings bindings, int worker,
            int workers) {
        MemorySegment values = parameters.block(Role.PARAMETER);
        MemorySegment gradients = parameters.block(Role.GRADIENT);
        MemorySegment momenta = parameters.block(Role.STATE);
        Range slice = slice(values.byteSize(), worker, workers);
        Range[] decayed = ranges(op, parameters, slice, true);
        Range[] others = ranges(op, parameters, slice, false);
        Bindings.Binding rates = bindings.of(op.learningRates());
        SgdSpec spec = op.spec();
        SgdSpec undecayed = spec.undecayed();
        return (_, step) -> {
            float rate = rates.memory().getAtIndex(JAVA_FLOAT, step);
            for (Range range : decayed) {
                SgdPass.run(spec, rate, values, gradients, momenta, range.from, range.floats());
            }
            for (Range range : others) {
                SgdPass.run(undecayed, rate, values, gradients, momenta, range.from, range.floats());
            }
        };
    }

    /** Where the parameters stand; neighbours are joined, with the zeros between them, which stay zeros. */
    private static Range[] ranges(OptimizerOp.SgdStep op, ParameterMemory parameters, Range slice, boolean decayed) {
        List<Range> joined = new ArrayList<>();
        op.slots().stream().filter(slot -> slot.decayed() == decayed).map(slot -> parameters.slot(slot.parameter()))
                .map(slot -> new Range(slot.offset(), slot.offset() + ArenaPlanner.align(slot.bytes())))
                .sorted(Comparator.comparingLong(Range::from)).forEach(range -> {
                    if (!joined.isEmpty() && joined.getLast().to == range.from) {
                        joined.add(new Range(joined.removeLast().from, range.to));
                    } else {
                        joined.add(range);
                    }
                });
        return joined.stream().map(range -> range.within(slice)).filter(range -> range.from < range.to)
                .toArray(Range[]::new);
    }

    private static Range slice(long bytes, int worker, int workers) {
        long lines = bytes / ArenaPlanner.ALIGNMENT;
        return new Range(lines * worker / workers * ArenaPlanner.ALIGNMENT,
                lines * (worker + 1) / workers * ArenaPlanner.ALIGNMENT);
    }
}
