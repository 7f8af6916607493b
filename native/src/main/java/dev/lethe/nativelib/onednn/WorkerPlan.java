package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.stream;

/**
 * One worker's part of a plan: its share of the batch, where its activations stand in its own memory, and what it does.
 * No two workers share activations, so that they need not wait for each other between operations.
 */
final class WorkerPlan {
    private final Share share;
    private final ActivationLayout activations;
    private final stream stream;
    private final ArenaPlanner planner = new ArenaPlanner();
    private final List<Lowered> lowered = new ArrayList<>();
    private final List<WorkerOp> ops = new ArrayList<>();
    private ArenaPlanner.Layout layout;
    private MemorySegment memory;

    WorkerPlan(Share share, ActivationLayout activations, stream stream) {
        this.share = share;
        this.activations = activations;
        this.stream = stream;
    }

    Share share() {
        return share;
    }

    ActivationLayout layoutOfActivations() {
        return activations;
    }

    stream stream() {
        return stream;
    }

    ArenaPlanner planner() {
        return planner;
    }

    List<Lowered> lowered() {
        return lowered;
    }

    /** Fixes the places of all buffers and returns the bytes they take. */
    long layOut() {
        layout = planner.plan();
        return layout.bytes();
    }

    /** Gives the worker its memory; from here on operations can be emitted. */
    void place(MemorySegment workerMemory) {
        memory = workerMemory;
    }

    MemorySegment memory() {
        return memory;
    }

    long offset(Object buffer) {
        return layout.offset(buffer);
    }

    NativeAddress address(Object buffer) {
        return new NativeAddress(memory, offset(buffer));
    }

    /** Bytes of this worker's part of an activation. */
    long bytes(Tensor activation) {
        return activations.bytes(activation, share.examples());
    }

    /** Copies this worker's part of an activation out of the caller's array. */
    void write(Tensor activation, float[] values) {
        activations.write(memory.asSlice(offset(activation), bytes(activation)), activation, share, values);
    }

    /** Copies this worker's part of an activation into the caller's array. */
    void read(Tensor activation, float[] values) {
        activations.read(memory.asSlice(offset(activation), bytes(activation)), activation, share, values);
    }

    void add(WorkerOp op) {
        ops.add(op);
    }

    WorkerOp[] ops() {
        return ops.toArray(WorkerOp[]::new);
    }
}
