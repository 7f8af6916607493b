package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ParameterFamilies;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The memory of parameters, gradients and states: one block each, in which a parameter, its gradient, its states and
 * its average stand at the same offset in the same layout, so that an optimizer is one kernel. Programs with bfloat16
 * activations also have a copy of the parameters and a block of gradients in bfloat16.
 */
final class ParameterBlocks {
    private static final int ALIGNMENT = 64; // elements, so that tensors begin at multiples of 128 bytes

    /** The place of a tensor in its block, in elements. */
    record Slot(long offset, FilterLayout layout) {}

    /** The blocks other than those of states. */
    private enum Block {
        VALUES, GRADIENTS, BFLOAT16_GRADIENTS, SUMS, AVERAGES, COPIES
    }

    private final StorageLayouts layouts;
    private final ParameterFamilies families;
    private final Map<Tensor, Slot> slots = new LinkedHashMap<>();
    private final Map<Block, Long> addresses = new HashMap<>();
    private final List<Long> states = new ArrayList<>();
    private final long elements;

    /**
     * Places the tensors of a program.
     *
     * @param guardBytes bytes that are left free behind each tensor, at least
     */
    ParameterBlocks(ProgramSpec spec, StorageLayouts layouts, DeviceArena arena, int guardBytes) {
        this.layouts = layouts;
        families = new ParameterFamilies(spec);
        Map<Tensor, List<Tensor>> members = new LinkedHashMap<>();
        spec.tensors().stream().filter(ParameterFamilies::isPersistent)
                .forEach(tensor -> members.computeIfAbsent(families.parameter(tensor), _ -> new ArrayList<>())
                        .add(tensor));
        long offset = 0;
        for (Map.Entry<Tensor, List<Tensor>> group : members.entrySet()) {
            Slot slot = new Slot(offset, layout(group.getKey(), group.getValue()));
            slots.put(group.getKey(), slot);
            int taken = slot.layout.elements() + guardBytes / DType.BF16.bytes(); // of the smallest elements
            offset += Math.ceilDiv(taken, ALIGNMENT) * ALIGNMENT;
        }
        elements = offset;
        allocate(spec, arena);
    }

    private void allocate(ProgramSpec spec, DeviceArena arena) {
        boolean bfloat16 = spec.activationTypes().contains(DType.BF16);
        for (Block block : Block.values()) {
            boolean wanted = switch (block) {
                case VALUES, GRADIENTS -> true;
                case BFLOAT16_GRADIENTS, COPIES -> bfloat16;
                case SUMS -> families.hasGradientSums();
                case AVERAGES -> families.hasAverages();
            };
            addresses.put(block, wanted ? arena.allocate(elements * type(block).bytes()) : 0);
        }
        for (int i = 0; i < families.states(); i++) {
            states.add(arena.allocate(elements * Float.BYTES));
        }
    }

    private static DType type(Block block) {
        return block == Block.BFLOAT16_GRADIENTS || block == Block.COPIES ? DType.BF16 : DType.F32;
    }

    private FilterLayout layout(Tensor parameter, List<Tensor> group) {
        FilterLayout plain = FilterLayout.plain(parameter.shape());
        return group.stream().map(layouts::filter).filter(layout -> !layout.equals(plain)).findFirst().orElse(plain);
    }

    Slot slot(Tensor tensor) {
        Slot slot = slots.get(families.parameter(tensor));
        if (slot == null) {
            throw new IllegalArgumentException("the program has no " + tensor);
        }
        return slot;
    }

    /** Returns the type in which a tensor is stored. */
    DType type(Tensor tensor) {
        return isBFloat16Gradient(tensor) ? DType.BF16 : DType.F32;
    }

    /** Tells whether a gradient stands in the block of bfloat16s. */
    boolean isBFloat16Gradient(Tensor tensor) {
        return tensor.role() == Role.GRADIENT && layouts.isBFloat16Gradient(tensor);
    }

    /** Returns the address of a tensor. */
    long address(Tensor tensor) {
        return base(tensor) + slot(tensor).offset * type(tensor).bytes();
    }

    private long base(Tensor tensor) {
        return families.isOptimizerState(tensor)
                ? states.get(families.stateIndex(tensor))
                : address(block(tensor));
    }

    private long address(Block block) {
        return Objects.requireNonNull(addresses.get(block), "every block has an address, or 0");
    }

    private Block block(Tensor tensor) {
        if (families.isAverage(tensor)) {
            return Block.AVERAGES;
        }
        if (tensor.role() != Role.GRADIENT) {
            return Block.VALUES;
        }
        return isBFloat16Gradient(tensor) ? Block.BFLOAT16_GRADIENTS : floats(tensor);
    }

    private Block floats(Tensor gradient) {
        return families.isGradientSum(gradient) ? Block.SUMS : Block.GRADIENTS;
    }

    /** Returns the address of the copy of a parameter in bfloat16s. */
    long copy(Tensor parameter) {
        return copies() + slot(parameter).offset * DType.BF16.bytes();
    }

    /** Returns the block of parameters and running statistics. */
    long values() {
        return address(Block.VALUES);
    }

    /** Returns the block of floats that holds a gradient or a sum of gradients; the sums have a separate one. */
    long gradients(Tensor gradient) {
        return address(floats(gradient));
    }

    long bfloat16Gradients() {
        return address(Block.BFLOAT16_GRADIENTS);
    }

    long sums() {
        return address(Block.SUMS);
    }

    long averages() {
        return address(Block.AVERAGES);
    }

    /** Returns the block of copies of the parameters in bfloat16; 0 if there are none. */
    long copies() {
        return address(Block.COPIES);
    }

    /** Returns a block of states, 0 if there is none of that number. */
    long state(int index) {
        return index < states.size() ? states.get(index) : 0;
    }

    long parameterBytes() {
        return elements * ((1L + states.size() + (averages() == 0 ? 0 : 1)) * Float.BYTES
                + (copies() == 0 ? 0 : DType.BF16.bytes()));
    }

    long gradientBytes() {
        return elements * ((sums() == 0 ? 1L : 2) * Float.BYTES + (bfloat16Gradients() == 0 ? 0 : DType.BF16.bytes()));
    }
}
