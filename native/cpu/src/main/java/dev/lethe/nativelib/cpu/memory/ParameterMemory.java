package dev.lethe.nativelib.cpu.memory;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.ParameterFamilies;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.simd.product.WeightShape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.ffm.HugePageArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of parameters, gradients and optimizer states: one block each, in which a parameter, its gradient and its
 * state stand at the same offset in the same layout, so that the optimizer is a few elementwise passes. That layout is
 * the one of the computed gradient; a primitive that needs the weights in another reads a derived copy, which is
 * renewed when the parameters change.
 */
public final class ParameterMemory {
    /**
     * The place of a tensor in the block of its role.
     *
     * @param shape dimensions that callers see
     * @param layout layout of the elements, which may be blocked and padded with zeros
     * @param plain layout that callers see
     * @param offset offset of the first byte in the block
     */
    public record Slot(WeightShape shape, WeightLayout layout, WeightLayout plain, long offset) {
        /** Returns the bytes of the slot. */
        public long bytes() {
            return layout.bytes();
        }
    }

    /**
     * A copy of a parameter in another layout.
     *
     * @param parameter parameter that is copied
     * @param layout layout of the copy
     * @param memory memory of the copy alone
     */
    public record Derived(Tensor parameter, WeightLayout layout, MemorySegment memory) {}

    /**
     * A byte of a block of memory.
     *
     * @param block block of memory
     * @param offset offset of the byte in the block
     */
    public record Place(MemorySegment block, long offset) {}

    private final ParameterFamilies families;
    private final Map<Tensor, Slot> slots = new LinkedHashMap<>();
    private final List<Derived> derived = new ArrayList<>();
    private final HugePageArena arena;
    private final MemorySegment parameters; // slots, each a parameter in its layout
    private final MemorySegment gradients; // in the places of the parameters, as in all blocks below
    private final MemorySegment sums; // of gradients, where a batch is computed in parts
    private final MemorySegment[] states; // (states of the optimizer, then averages if there are any)
    private final MemorySegment[] partials; // (workers): each one's sums over its slice of the batch

    /**
     * Allocates memory for all parameters, gradients and states of a program.
     *
     * @param arena source of the memory; the caller closes it
     */
    public ParameterMemory(ProgramSpec spec, WeightLayouts layouts, HugePageArena arena, int workers) {
        this.arena = arena;
        families = new ParameterFamilies(spec);
        long bytes = 0;
        for (Tensor tensor : spec.tensors()) {
            Tensor parameter = families.parameter(tensor);
            if (ParameterFamilies.isPersistent(tensor) && !slots.containsKey(parameter)) {
                Slot slot = layouts.slot(parameter, families::parameter, bytes);
                slots.put(parameter, slot);
                bytes += ArenaPlanner.align(slot.bytes());
            }
        }
        parameters = arena.allocate(bytes);
        gradients = gradientBlock(bytes);
        states = new MemorySegment[optimizerBlocks() + (families.hasAverages() ? 1 : 0)];
        for (int i = 0; i < states.length; i++) {
            states[i] = arena.allocate(bytes);
        }
        sums = families.hasGradientSums() ? arena.allocate(bytes) : gradients;
        partials = new MemorySegment[workers];
        partials[0] = gradients; // the sum takes the first worker's place
        for (int worker = 1; worker < workers; worker++) {
            partials[worker] = gradientBlock(bytes);
        }
    }

    /** Allocates a block whose slots are uninitialized; the gaps between them are zeros, which passes rely on. */
    private MemorySegment gradientBlock(long bytes) {
        MemorySegment block = arena.allocate(bytes);
        slots.values().forEach(slot -> HugePageArena.poison(block.asSlice(slot.offset(), slot.bytes())));
        return block;
    }

    /** Returns the number of blocks of optimizer states; the first also holds running statistics. */
    private int optimizerBlocks() {
        return Math.max(1, families.states());
    }

    /**
     * Returns the slot of a parameter, or the one that a gradient or state shares with its parameter.
     *
     * @throws IllegalArgumentException when the program has no such tensor
     */
    public Slot slot(Tensor tensor) {
        Slot slot = slots.get(families.parameter(tensor));
        if (slot == null) {
            throw new IllegalArgumentException("the program has no " + tensor);
        }
        return slot;
    }

    /** Returns the block that holds tensors of a role; for states, the block of those that belong to no parameter. */
    public MemorySegment block(Role role) {
        return switch (role) {
            case PARAMETER -> parameters;
            case GRADIENT -> gradients;
            case STATE -> states[0];
            case DATA, RESULT, ACTIVATION -> throw new IllegalArgumentException("no block holds role=" + role);
        };
    }

    /** Returns the block that holds the tensor. */
    public MemorySegment block(Tensor tensor) {
        return switch (tensor.role()) {
            case STATE -> families.isAverage(tensor)
                    ? averages()
                    : state(families.isOptimizerState(tensor) ? families.stateIndex(tensor) : 0);
            case GRADIENT -> families.isGradientSum(tensor) ? sums : gradients;
            default -> block(tensor.role());
        };
    }

    /** Returns the block of sums of gradients over the parts of a batch. */
    public MemorySegment gradientSums() {
        return sums;
    }

    /** Returns the block of averages. */
    public MemorySegment averages() {
        return states[optimizerBlocks()];
    }

    /** Returns one of the blocks of states: the optimizer's first, second, and so on. */
    public MemorySegment state(int index) {
        return states[index];
    }

    /** Returns the blocks of partial gradients of the first workers. */
    public MemorySegment[] partials(int workers) {
        return Arrays.copyOf(partials, workers);
    }

    /** Returns the place of a parameter in the layout that a kernel reads: the parameter itself, or a derived copy. */
    public Place inLayout(Tensor parameter, WeightLayout layout) {
        Slot slot = slot(parameter);
        if (slot.layout().equals(layout)) {
            return new Place(block(parameter.role()), slot.offset());
        }
        for (Derived copy : derived) {
            if (copy.parameter().equals(parameter) && copy.layout().equals(layout)) {
                return new Place(copy.memory(), 0);
            }
        }
        Derived copy = new Derived(parameter, layout, arena.allocateUninitialized(layout.bytes()));
        derived.add(copy);
        return new Place(copy.memory(), 0);
    }

    /** Returns the place of one worker's part of a gradient. */
    public Place partial(Tensor gradient, int worker) {
        return new Place(partials[worker], slot(gradient).offset());
    }

    /** Returns the derived copies made so far. */
    public List<Derived> derived() {
        return List.copyOf(derived);
    }

    /** Returns the bytes of parameters, states, averages and derived copies. */
    public long parameterBytes() {
        return (1 + states.length) * parameters.byteSize()
                + derived.stream().mapToLong(d -> d.memory().byteSize()).sum();
    }

    /** Returns the bytes of gradients: every worker's, and their sums over the parts of a batch. */
    public long gradientBytes() {
        return (partials.length + (families.hasGradientSums() ? 1 : 0)) * gradients.byteSize();
    }
}
