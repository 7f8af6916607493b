package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.DType;
import dev.lethe.kernels.Op;
import dev.lethe.kernels.OptimizerOp;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.Tensor.Role;
import dev.lethe.kernels.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters, gradients and states: one block of memory each, in which a parameter, its gradient, its states and its
 * average stand at the same offset in the same layout, so that an optimizer is one kernel. Programs with bfloat16s have
 * a copy of the parameters in them, and a block of gradients.
 */
final class ParameterBlocks {
    private static final int ALIGNMENT = 64; // elements, so that tensors begin at multiples of 128 bytes

    /** Where a tensor stands in its block: in elements. */
    record Slot(long offset, FilterLayout layout) {}

    /** The blocks beside those of states. */
    private enum Block {
        VALUES, GRADIENTS, HALF_GRADIENTS, SUMS, AVERAGES, COPIES
    }

    private final StorageLayouts layouts;
    private final Map<Tensor, Tensor> representatives = new HashMap<>();
    private final Map<Tensor, List<Tensor>> members = new LinkedHashMap<>();
    private final Map<Tensor, Integer> stateIndices = new HashMap<>();
    private final Map<Tensor, Block> special = new HashMap<>(); // sums of gradients, averages
    private final Map<Tensor, Slot> slots = new LinkedHashMap<>();
    private final Map<Block, Long> addresses = new HashMap<>();
    private final List<Long> states = new ArrayList<>();
    private final long elements;

    ParameterBlocks(ProgramSpec spec, StorageLayouts layouts, DeviceArena arena) {
        this.layouts = layouts;
        spec.plans().stream().flatMap(plan -> plan.ops().stream()).forEach(this::join);
        spec.tensors().stream().filter(ParameterBlocks::isPersistent)
                .forEach(tensor -> members.computeIfAbsent(representative(tensor), _ -> new ArrayList<>())
                        .add(tensor));
        long offset = 0;
        for (Map.Entry<Tensor, List<Tensor>> group : members.entrySet()) {
            Slot slot = new Slot(offset, layout(group.getKey(), group.getValue()));
            slots.put(group.getKey(), slot);
            offset += Math.ceilDiv(slot.layout.elements(), ALIGNMENT) * ALIGNMENT;
        }
        elements = offset;
        allocate(spec, arena);
    }

    private void allocate(ProgramSpec spec, DeviceArena arena) {
        boolean halves = spec.activationTypes().contains(DType.BF16);
        for (Block block : Block.values()) {
            boolean wanted = switch (block) {
                case VALUES, GRADIENTS -> true;
                case HALF_GRADIENTS, COPIES -> halves;
                case SUMS, AVERAGES -> special.containsValue(block);
            };
            addresses.put(block, wanted ? arena.allocate(elements * type(block).bytes()) : 0);
        }
        int count = stateIndices.values().stream().mapToInt(index -> index + 1).max().orElse(0);
        for (int i = 0; i < count; i++) {
            states.add(arena.allocate(elements * Float.BYTES));
        }
    }

    private static DType type(Block block) {
        return block == Block.HALF_GRADIENTS || block == Block.COPIES ? DType.BF16 : DType.F32;
    }

    private static boolean isPersistent(Tensor tensor) {
        return tensor.role() == Role.PARAMETER || tensor.role() == Role.GRADIENT || tensor.role() == Role.STATE;
    }

    /** Says what stands at the offset of a parameter, or of a running statistic. */
    private void join(Op op) {
        switch (op) {
            case OptimizerOp.Update update -> update.slots().forEach(slot -> {
                representatives.put(slot.gradient(), slot.parameter());
                List<Tensor> itsStates = slot.states(update.optimizer());
                for (int i = 0; i < itsStates.size(); i++) {
                    representatives.put(itsStates.get(i), slot.parameter());
                    stateIndices.put(itsStates.get(i), i);
                }
            });
            case OptimizerOp.Accumulate accumulate -> accumulate.slots().forEach(this::joinSum);
            case OptimizerOp.Clear clear -> clear.slots().forEach(this::joinSum);
            case OptimizerOp.Average average -> average.tensors().forEach(this::joinAverage);
            case OptimizerOp.Swap swap -> swap.tensors().forEach(this::joinAverage);
            default -> {
                /* belongs to no parameter */ }
        }
    }

    private void joinSum(OptimizerOp.Slot slot) {
        representatives.put(slot.gradient(), slot.parameter());
        representatives.put(slot.summed().gradient(), slot.parameter());
        special.put(slot.summed().gradient(), Block.SUMS);
    }

    private void joinAverage(OptimizerOp.Averaged tensor) {
        representatives.put(tensor.average(), tensor.value());
        special.put(tensor.average(), Block.AVERAGES);
    }

    private Tensor representative(Tensor tensor) {
        return representatives.getOrDefault(tensor, tensor);
    }

    private FilterLayout layout(Tensor parameter, List<Tensor> group) {
        FilterLayout plain = FilterLayout.plain(parameter.shape());
        return group.stream().map(layouts::filter).filter(layout -> !layout.equals(plain)).findFirst().orElse(plain);
    }

    Slot slot(Tensor tensor) {
        Slot slot = slots.get(representative(tensor));
        if (slot == null) {
            throw new IllegalArgumentException("the program has no " + tensor);
        }
        return slot;
    }

    /** The type in which a tensor is stored. */
    DType type(Tensor tensor) {
        return isHalfGradient(tensor) ? DType.BF16 : DType.F32;
    }

    /** Whether a gradient stands in the block of bfloat16s. */
    boolean isHalfGradient(Tensor tensor) {
        return tensor.role() == Role.GRADIENT && layouts.isHalfGradient(tensor);
    }

    /** The address of a tensor. */
    long address(Tensor tensor) {
        return base(tensor) + slot(tensor).offset * type(tensor).bytes();
    }

    private long base(Tensor tensor) {
        Integer state = stateIndices.get(tensor);
        if (state != null) {
            return states.get(state);
        }
        Block block = special.getOrDefault(tensor, switch (tensor.role()) {
            case GRADIENT -> isHalfGradient(tensor) ? Block.HALF_GRADIENTS : Block.GRADIENTS;
            default -> Block.VALUES;
        });
        return addresses.get(block);
    }

    /** The address of the copy of a parameter in bfloat16s. */
    long copy(Tensor parameter) {
        return copies() + slot(parameter).offset * DType.BF16.bytes();
    }

    /** The block of parameters and running statistics. */
    long values() {
        return addresses.get(Block.VALUES);
    }

    /** The block of floats that holds a gradient or sum of gradients; sums have one of their own. */
    long gradients(Tensor gradient) {
        return addresses.get(special.getOrDefault(gradient, Block.GRADIENTS));
    }

    long halfGradients() {
        return addresses.get(Block.HALF_GRADIENTS);
    }

    long sums() {
        return addresses.get(Block.SUMS);
    }

    long averages() {
        return addresses.get(Block.AVERAGES);
    }

    /** Copies of the parameters in bfloat16s; 0 where there are none. */
    long copies() {
        return addresses.get(Block.COPIES);
    }

    /** A block of states, 0 where there are not so many. */
    long state(int index) {
        return index < states.size() ? states.get(index) : 0;
    }

    long parameterBytes() {
        return elements * ((1L + states.size() + (averages() == 0 ? 0 : 1)) * Float.BYTES
                + (copies() == 0 ? 0 : DType.BF16.bytes()));
    }

    long gradientBytes() {
        return elements * ((sums() == 0 ? 1L : 2) * Float.BYTES + (halfGradients() == 0 ? 0 : DType.BF16.bytes()));
    }
}
