package dev.lethe.nativelib.cuda;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A GPU as programs use it: memory with addresses, kernels, and recordings of calls. Work is done in the order of the
 * calls. Not thread-safe: programs hold its lock.
 */
interface Device extends AutoCloseable {
    /** The alignment of addresses from {@link #allocate}, in bytes. */
    int ALIGNMENT = 256;

    /** Returns the name for users: {@code NVIDIA H200}. */
    String name();

    /** Tells whether the device multiplies bfloat16s. */
    boolean hasBFloat16();

    /** Returns the number of multiprocessors, each of which runs at least one block of threads at a time. */
    int multiprocessors();

    /** Returns the architecture that kernels are compiled for: {@code sm_90}. */
    String architecture();

    /**
     * Allocates memory that is all zero and returns its address.
     *
     * @throws OutOfDeviceMemoryException if the device has not enough memory left
     */
    long allocate(long bytes);

    /** Returns the bytes that are left free behind each tensor of a block, by which a test sees who goes too far. */
    default int guardBytes() {
        return 0;
    }

    /** Returns the bytes that are free now. */
    long freeMemory();

    /**
     * Opens slots for data that arrive while the device works; the caller closes them before it frees the memory.
     *
     * @param address address of (slots, slotBytes) on the device
     * @param slots number of slots
     * @param slotBytes bytes of a slot
     */
    Staging stage(long address, int slots, long slotBytes);

    /** Frees memory, after all work. */
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

    /** Returns the number of blocks of a loaded kernel that a multiprocessor runs at once. */
    int blocksAtOnce(String kernel);

    /**
     * Runs a loaded kernel of {@link KernelSources}, in the order of work.
     *
     * @param grid blocks of threads
     * @param arguments structure of the kernel's arguments, which must live as long as recordings of the call
     */
    void launch(String kernel, Grid grid, MemorySegment arguments);

    /** Records calls, which can then run at once. None of them runs yet. */
    Recording record(List<DeviceCall> calls);

    /**
     * Does calls one after the other and waits for them.
     *
     * @return time of each call in milliseconds
     */
    float[] times(List<DeviceCall> calls);

    /** Returns the file to which the profile of each plan goes; empty if none is wanted. */
    Optional<Path> profile();

    /** Returns the library of its convolutions. */
    DeviceConvolutions convolutions();

    /** Waits for all work. */
    void synchronize();

    @Override
    void close();
}
