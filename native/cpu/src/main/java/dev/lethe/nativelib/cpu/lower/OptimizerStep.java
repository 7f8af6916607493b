package dev.lethe.nativelib.cpu.lower;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.simd.AdamWPass;
import dev.lethe.kernels.simd.AveragePass;
import dev.lethe.kernels.simd.SgdPass;
import dev.lethe.kernels.simd.SquaresPass;
import dev.lethe.kernels.simd.SumPass;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The work after the backward pass: adding the workers' gradients and updating the parameters. Each worker handles its
 * slice of the blocks, in which many small parameters are a few long ranges.
 */
public final class OptimizerStep {
    /** A range of the bytes of a block: from, inclusive, to, exclusive. */
    private record Range(long from, long to) {
        long floats() {
            return (to - from) / Float.BYTES;
        }

        Range within(Range other) {
            return new Range(Math.max(from, other.from), Math.min(to, other.to));
        }
    }

    /** A group of parameters within a worker's slice. */
    private record Part(Optimizer optimizer, float rateFactor, Range[] ranges) {}

    private OptimizerStep() {}

    /**
     * Adds the workers' gradients.
     *
     * @param contributors number of workers that have a slice of the batch
     */
    public static WorkerOp sumGradients(ParameterMemory parameters, int contributors, int worker, int workers) {
        MemorySegment[] partials = parameters.partials(contributors);
        MemorySegment sum = parameters.block(Role.GRADIENT);
        Range slice = slice(sum.byteSize(), worker, workers);
        return (_, _) -> SumPass.run(partials, sum, slice.from, slice.floats());
    }

    /**
     * Adds the workers' gradients and leaves the squares of the sums for the norm.
     *
     * @param contributors number of workers whose gradients are to be added, 1 if they are added already
     */
    public static WorkerOp squareGradients(OptimizerOp.Update op, GradientNorm norm, ParameterMemory parameters,
            int contributors, int worker, int workers) {
        MemorySegment sum = gradients(op, parameters);
        MemorySegment[] partials = sum.equals(parameters.block(Role.GRADIENT))
                ? parameters.partials(contributors)
                : new MemorySegment[]{sum};
        Range slice = slice(sum.byteSize(), worker, workers);
        Range[] used = slotRanges(op.slots(), parameters, slice);
        Range[] others = gaps(used, slice);
        SquaresPass pass = new SquaresPass();
        return (_, _) -> {
            double squares = 0;
            for (Range range : used) {
                squares += pass.run(partials, sum, range.from, range.floats());
            }
            norm.leave(worker, squares);
            for (Range range : others) {
                SumPass.run(partials, sum, range.from, range.floats());
            }
        };
    }

    /**
     * Makes a step of the optimizer.
     *
     * @param norm norm of the gradients; empty if they are not clipped
     */
    public static WorkerOp update(OptimizerOp.Update op, Optional<GradientNorm> norm, ParameterMemory parameters,
            Bindings bindings, int worker, int workers) {
        MemorySegment values = parameters.block(Role.PARAMETER);
        MemorySegment gradients = gradients(op, parameters);
        Part[] parts = parts(op, parameters, slice(values.byteSize(), worker, workers));
        Bindings.Binding rates = bindings.of(op.learningRates());
        MemorySegment first = parameters.state(0);
        GradientNorm clipping = norm.orElse(null);
        return switch (op.optimizer()) {
            case Optimizer.Sgd _ -> (_, step) -> {
                float rate = rates.memory().getAtIndex(JAVA_FLOAT, step);
                float scale = clipping == null ? 1 : clipping.scale();
                for (Part part : parts) {
                    Optimizer.Sgd sgd = (Optimizer.Sgd) part.optimizer;
                    for (Range range : part.ranges) {
                        SgdPass.run(sgd, rate * part.rateFactor, scale, values, gradients, first, range.from,
                                range.floats());
                    }
                }
            };
            case Optimizer.AdamW _ -> {
                MemorySegment second = parameters.state(1);
                Bindings.Binding before = bindings.of(op.stepsBefore().orElseThrow());
                yield (_, step) -> {
                    float rate = rates.memory().getAtIndex(JAVA_FLOAT, step);
                    float scale = clipping == null ? 1 : clipping.scale();
                    long number = before.memory().get(JAVA_INT, 0) + step + 1L;
                    for (Part part : parts) {
                        Optimizer.AdamW adamW = (Optimizer.AdamW) part.optimizer;
                        for (Range range : part.ranges) {
                            AdamWPass.run(adamW, number, rate * part.rateFactor, scale, values, gradients, first,
                                    second,
                                    range.from, range.floats());
                        }
                    }
                };
            }
        };
    }

    /** Returns the block that the gradients of all slots stand in. */
    private static MemorySegment gradients(OptimizerOp.Update op, ParameterMemory parameters) {
        List<MemorySegment> blocks = op.slots().stream().map(slot -> parameters.block(slot.gradient())).distinct()
                .toList();
        if (blocks.size() > 1) {
            throw new IllegalArgumentException("an update takes gradients or their sums, not some of each");
        }
        return blocks.isEmpty() ? parameters.block(Role.GRADIENT) : blocks.getFirst();
    }

    /** Adds the gradients of a part of a batch to those of the parts before it. */
    public static WorkerOp accumulate(OptimizerOp.Accumulate op, ParameterMemory parameters, int worker, int workers) {
        MemorySegment sums = parameters.gradientSums();
        MemorySegment[] summands = {sums, parameters.block(Role.GRADIENT)};
        Range[] ranges = slotRanges(op.slots(), parameters, slice(sums.byteSize(), worker, workers));
        return (_, _) -> {
            for (Range range : ranges) {
                SumPass.run(summands, sums, range.from, range.floats());
            }
        };
    }

    /** Sets the sums of gradients to zero for the next batch. */
    public static WorkerOp clear(OptimizerOp.Clear op, ParameterMemory parameters, int worker, int workers) {
        MemorySegment sums = parameters.gradientSums();
        Range[] ranges = slotRanges(op.slots(), parameters, slice(sums.byteSize(), worker, workers));
        MemorySegment[] places = Stream.of(ranges).map(range -> sums.asSlice(range.from, range.to - range.from))
                .toArray(MemorySegment[]::new);
        return (_, _) -> {
            for (MemorySegment place : places) {
                place.fill((byte) 0);
            }
        };
    }

    private static Range[] slotRanges(List<OptimizerOp.Slot> slots, ParameterMemory parameters, Range slice) {
        return ranges(slots.stream().map(slot -> parameters.slot(slot.parameter())), slice);
    }

    /** A step on a range of values and their averages. */
    @FunctionalInterface
    private interface AveragesPass {
        void run(int step, MemorySegment values, MemorySegment averages, long from, long floats);
    }

    /** Moves the averages towards the values. */
    public static WorkerOp average(OptimizerOp.Average op, ParameterMemory parameters, int worker, int workers) {
        float weight = (float) (1 - op.decay());
        return averages(op.tensors(), parameters, worker, workers,
                (_, values, averages, from, floats) -> AveragePass.run(weight, values, averages, from, floats));
    }

    /** Synchronises Lookahead's values and averages, with the share that is bound for the step. */
    public static WorkerOp lookahead(OptimizerOp.Lookahead op, ParameterMemory parameters, Bindings bindings,
            int worker,
            int workers) {
        Bindings.Binding shares = bindings.of(op.shares());
        return averages(op.tensors(), parameters, worker, workers, (step, values, averages, from, floats) -> AveragePass
                .synchronize(shares.memory().getAtIndex(JAVA_FLOAT, step), values, averages, from, floats));
    }

    /** Exchanges values and averages. */
    public static WorkerOp swap(OptimizerOp.Swap op, ParameterMemory parameters, int worker, int workers) {
        return averages(op.tensors(), parameters, worker, workers,
                (_, values, averages, from, floats) -> AveragePass.swap(values, averages, from, floats));
    }

    private static WorkerOp averages(List<OptimizerOp.Averaged> tensors, ParameterMemory parameters, int worker,
            int workers, AveragesPass pass) {
        MemorySegment values = parameters.block(Role.PARAMETER);
        MemorySegment statistics = parameters.block(Role.STATE);
        MemorySegment averages = parameters.averages();
        Range slice = slice(values.byteSize(), worker, workers);
        Range[] ofValues = ranges(slots(tensors, Role.PARAMETER, parameters), slice);
        Range[] ofStatistics = ranges(slots(tensors, Role.STATE, parameters), slice);
        return (_, step) -> {
            for (Range range : ofValues) {
                pass.run(step, values, averages, range.from, range.floats());
            }
            for (Range range : ofStatistics) {
                pass.run(step, statistics, averages, range.from, range.floats());
            }
        };
    }

    private static Stream<ParameterMemory.Slot> slots(List<OptimizerOp.Averaged> tensors, Role role,
            ParameterMemory parameters) {
        return tensors.stream().map(OptimizerOp.Averaged::value).filter(value -> value.role() == role)
                .map(parameters::slot);
    }

    /** Returns a part for each group of parameters. */
    private static Part[] parts(OptimizerOp.Update op, ParameterMemory parameters, Range slice) {
        return op.slots().stream().map(OptimizerOp.Slot::group).distinct().map(group -> new Part(
                op.optimizer().of(group), group.rateFactor(),
                ranges(op.slots().stream().filter(slot -> slot.group().equals(group))
                        .map(slot -> parameters.slot(slot.parameter())), slice)))
                .toArray(Part[]::new);
    }

    /** Returns the ranges of the parameters; neighbours are joined with the zeros between them, which stay zeros. */
    private static Range[] ranges(Stream<ParameterMemory.Slot> slots, Range slice) {
        List<Range> joined = new ArrayList<>();
        slots.map(slot -> new Range(slot.offset(), slot.offset() + ArenaPlanner.align(slot.bytes())))
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

    /** Returns the rest of a slice between ranges in ascending order. */
    private static Range[] gaps(Range[] ranges, Range slice) {
        List<Range> gaps = new ArrayList<>();
        long from = slice.from;
        for (Range range : ranges) {
            gaps.add(new Range(from, range.from));
            from = range.to;
        }
        gaps.add(new Range(from, slice.to));
        return gaps.stream().filter(gap -> gap.from < gap.to).toArray(Range[]::new);
    }

    private static Range slice(long bytes, int worker, int workers) {
        long lines = bytes / ArenaPlanner.ALIGNMENT;
        return new Range(lines * worker / workers * ArenaPlanner.ALIGNMENT,
                lines * (worker + 1) / workers * ArenaPlanner.ALIGNMENT);
    }
}
