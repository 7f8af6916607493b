package dev.lethe.nativelib.cuda;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a program needs of a GPU: memory at addresses of its own, kernels, recordings of them. Work is done in the order
 * in which it is asked for. Not thread-safe: programs hold its lock.
 */
interface Device extends AutoCloseable {
    /** Bytes that addresses of {@link #allocate} are multiples of. */
    int ALIGNMENT = 256;

    /** For people: {@code NVIDIA H200}. */
    String name();

    /** Whether it multiplies bfloat16s. */
    boolean hasBFloat16();

    /** How many blocks of threads it runs truly at once, at least. */
    int multiprocessors();

    /** What kernels are compiled for: {@code sm_90}. */
    String architecture();

    /**
     * Memory that is all zero.
     *
     * @throws OutOfDeviceMemoryException when there is not so much left
     */
    long allocate(long bytes);

    /** Bytes that could be allocated now. */
    long freeMemory();

    /**
     * A way for data to come while the device works; the caller closes it before it gives the memory back.
     *
     * @param address memory of the slots on the device
     */
    Staging stage(long address, int slots, long slotBytes);

    /** Gives memory back, after all work. */
    void free(long address);

    /** Copies to the device; the memory may change as soon as this returns. */
    void upload(MemorySegment from, long to);

    /** Copies from the device after all work; waits for it. */
    void download(long from, MemorySegment to);

    /** Sets bytes to zero, in the order of work. */
    void clear(long address, long bytes);

    /** Sets an int, in the order of work. */
    void store(long address, int value);

    /** Makes a kernel ready, so that recording it loads nothing. */
    void load(String kernel);

    /** How many blocks of a kernel that was loaded a multiprocessor runs at once. */
    int blocksAtOnce(String kernel);

    /**
     * Runs a kernel of {@link KernelSources} that was loaded, in the order of work.
     *
     * @param grid blocks of threads
     * @param arguments the kernel's structure; must live as long as recordings of the call
     */
    void launch(String kernel, Grid grid, MemorySegment arguments);

    /** Prepares to do these calls at once. Nothing is done yet. */
    Recording record(List<DeviceCall> calls);

    /** Whose convolutions it computes. */
    DeviceConvolutions convolutions();

    /** Waits for all work. */
    void synchronize();

    @Override
    void close();
}
