package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.memory.ActivationLayout;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One worker's part of a plan: its slice of the batch, the places of its activations in its own memory, and its
 * operations. No two workers share activations, so that they need not wait for each other between operations.
 */
public final class WorkerPlan {
    private final BatchSlice slice;
    private final ActivationLayout activations;
    private final ArenaPlanner planner = new ArenaPlanner();
    private final List<LoweredOp> lowered = new ArrayList<>();
    private final List<WorkerOp> ops = new ArrayList<>();
    private ArenaPlanner.@Nullable Layout layout; // from layOut on
    private MemorySegment memory = MemorySegment.NULL; // activations and scratch buffers, packed

    /** Begins the part of a worker, with no operations yet. */
    public WorkerPlan(BatchSlice slice, ActivationLayout activations) {
        this.slice = slice;
        this.activations = activations;
    }

    /** Returns the examples that the worker handles. */
    public BatchSlice slice() {
        return slice;
    }

    ActivationLayout layoutOfActivations() {
        return activations;
    }

    /** Returns the planner of the worker's memory, which knows every buffer before {@link #layOut}. */
    public ArenaPlanner planner() {
        return planner;
    }

    /** Returns the lowered operations in order, a list that the caller adds to. */
    public List<LoweredOp> lowered() {
        return lowered;
    }

    /** Fixes the places of all buffers and returns the bytes they take. */
    public long layOut() {
        ArenaPlanner.Layout places = planner.plan();
        layout = places;
        return places.bytes();
    }

    /** Gives the worker its memory; from here on operations can be emitted. */
    public void place(MemorySegment workerMemory) {
        memory = workerMemory;
    }

    /** Returns the worker's memory, which has no bytes before {@link #place}. */
    public MemorySegment memory() {
        return memory;
    }

    /** Returns the first byte of a buffer in the worker's memory. */
    public long offset(Object buffer) {
        return Objects.requireNonNull(layout, "buffers have places after layOut").offset(buffer);
    }

    /** Returns the place of a buffer. */
    public ParameterMemory.Place place(Object buffer) {
        return new ParameterMemory.Place(memory, offset(buffer));
    }

    /** Returns the bytes of this worker's slice of an activation. */
    public long bytes(Tensor activation) {
        return activations.bytes(activation, slice.examples());
    }

    /** Copies this worker's slice of an activation out of the caller's array. */
    public void write(Tensor activation, float[] values) {
        activations.write(memory.asSlice(offset(activation), bytes(activation)), activation, slice, values);
    }

    /** Copies this worker's slice of an activation into the caller's array. */
    public void read(Tensor activation, float[] values) {
        activations.read(memory.asSlice(offset(activation), bytes(activation)), activation, slice, values);
    }

    /** Appends an operation to those that the worker runs. */
    public void add(WorkerOp op) {
        ops.add(op);
    }

    /** Returns the operations that the worker runs, in order. */
    public WorkerOp[] ops() {
        return ops.toArray(WorkerOp[]::new);
    }
}
