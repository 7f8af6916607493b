package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lowering of operations on parameters to kernels over chunks of the blocks that parameters, gradients and states
 * stand in.
 */
final class OptimizerLowering {
    private static final int CHUNK = 4096; // elements
    private static final int CHUNK_BYTES = 24;

    private final Lowering to;
    private final DeviceArena arena;
    private final Map<List<Part>, Chunks> tables;

    /** A tensor of a block, with the factors of the optimizer's settings. */
    record Part(ParameterBlocks.Slot slot, boolean bfloat16Gradient, float rateFactor, float decayFactor) {}

    /** A table of chunks on the device. */
    record Chunks(long address, int count) {}

    /** The key of the sums of squares of the chunks' gradients, and of the factor of the gradients. */
    private record Squares(List<Part> parts) {}

    /**
     * Makes a lowering.
     *
     * @param tables tables of chunks made earlier for the program
     */
    OptimizerLowering(Lowering to, DeviceArena arena, Map<List<Part>, Chunks> tables) {
        this.to = to;
        this.arena = arena;
        this.tables = tables;
    }

    static Map<List<Part>, Chunks> noTables() {
        return new HashMap<>();
    }

    List<DeviceCall> lower(OptimizerOp op) {
        return switch (op) {
            case OptimizerOp.Update update -> update(update);
            case OptimizerOp.Accumulate accumulate -> {
                Chunks chunks = chunks(slotParts(accumulate.slots()));
                yield blocks("accumulate", chunks, to.parameters().gradients(accumulate.slots().getFirst().gradient()),
                        to.parameters().sums(), 0, 0);
            }
            case OptimizerOp.Clear clear -> clear.slots().stream().map(slot -> {
                Tensor sum = slot.summed().gradient();
                long address = to.of(sum);
                long bytes = (long) to.parameters().slot(sum).layout().elements() * Float.BYTES;
                return (DeviceCall) () -> to.device().clear(address, bytes);
            }).toList();
            case OptimizerOp.Average average -> blocks("average", averaged(average.tensors()),
                    to.parameters().values(), to.parameters().averages(), 0, (float) (1 - average.decay()));
            case OptimizerOp.Lookahead lookahead -> {
                Chunks chunks = averaged(lookahead.tensors());
                yield to.calls("lookahead", Grid.of(chunks.count), to.structure().with(chunks.address)
                        .with(to.parameters().values()).with(to.parameters().averages())
                        .with(to.parameters().copies()).with(to.of(lookahead.shares())).with(to.place()));
            }
            case OptimizerOp.Swap swap -> blocks("exchange", averaged(swap.tensors()), to.parameters().values(),
                    to.parameters().averages(), to.parameters().copies(), 0);
        };
    }

    private List<DeviceCall> update(OptimizerOp.Update op) {
        List<Part> parts = slotParts(op.slots());
        Chunks chunks = chunks(parts);
        ParameterBlocks blocks = to.parameters();
        long gradients = blocks.gradients(op.slots().getFirst().gradient());
        List<DeviceCall> calls = new ArrayList<>();
        long scale = 0;
        if (op.clipNorm() > 0) {
            scale = to.memory().scratch(new Squares(parts), Double.BYTES * (1L + chunks.count));
            KernelArguments arguments = to.structure().with(chunks.address).with(gradients)
                    .with(blocks.bfloat16Gradients()).with(scale + Double.BYTES).with(scale).with(chunks.count)
                    .with(op.clipNorm());
            calls.add(to.call("squares", Grid.of(chunks.count), arguments));
            calls.add(to.call("clip_scale", Grid.of(1), arguments));
        }
        Optimizer optimizer = op.optimizer();
        KernelArguments arguments = to.structure().with(chunks.address).with(blocks.values()).with(gradients)
                .with(blocks.bfloat16Gradients()).with(blocks.state(0)).with(blocks.state(1)).with(blocks.copies())
                .with(to.of(op.learningRates())).with(to.place()).with(op.stepsBefore().map(to::of).orElse(0L))
                .with(scale);
        calls.add(switch (optimizer) {
            case Optimizer.Sgd sgd -> to.call("sgd", Grid.of(chunks.count), arguments.with(0.0).with(0.0)
                    .with(sgd.momentum()).with(sgd.weightDecay()).with(0f).with(sgd.nesterov()));
            case Optimizer.AdamW adamW -> to.call("adam_w", Grid.of(chunks.count), arguments.with(adamW.beta1())
                    .with(adamW.beta2()).with(0f).with(adamW.weightDecay()).with((float) adamW.epsilon())
                    .with(false));
        });
        return calls;
    }

    private List<DeviceCall> blocks(String kernel, Chunks chunks, long values, long others, long copies, float share) {
        return to.calls(kernel, Grid.of(chunks.count), to.structure().with(chunks.address).with(values).with(others)
                .with(to.parameters().bfloat16Gradients()).with(copies).with(share));
    }

    private List<Part> slotParts(List<OptimizerOp.Slot> slots) {
        return slots.stream().map(slot -> new Part(to.parameters().slot(slot.parameter()),
                to.parameters().isBFloat16Gradient(slot.gradient()), slot.group().rateFactor(),
                slot.group().decayFactor())).toList();
    }

    private Chunks averaged(List<OptimizerOp.Averaged> tensors) {
        return chunks(tensors.stream().map(tensor -> new Part(to.parameters().slot(tensor.value()), false, 1, 1))
                .toList());
    }

    private Chunks chunks(List<Part> parts) {
        return tables.computeIfAbsent(parts, this::makeTable);
    }

    private Chunks makeTable(List<Part> parts) {
        int count = parts.stream().mapToInt(part -> Math.ceilDiv(part.slot.layout().elements(), CHUNK)).sum();
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment table = scratch.allocate((long) count * CHUNK_BYTES, Long.BYTES); // (count) structures
            long at = 0;
            for (Part part : parts) {
                int elements = part.slot.layout().elements();
                for (int begin = 0; begin < elements; begin += CHUNK) {
                    table.set(ValueLayout.JAVA_LONG, at, part.slot.offset() + begin);
                    table.set(ValueLayout.JAVA_INT, at + 8, Math.min(CHUNK, elements - begin));
                    table.set(ValueLayout.JAVA_INT, at + 12, part.bfloat16Gradient ? 1 : 0);
                    table.set(ValueLayout.JAVA_FLOAT, at + 16, part.rateFactor);
                    table.set(ValueLayout.JAVA_FLOAT, at + 20, part.decayFactor);
                    at += CHUNK_BYTES;
                }
            }
            return new Chunks(arena.holding(table), count);
        }
    }
}
