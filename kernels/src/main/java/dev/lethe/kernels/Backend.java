package dev.lethe.kernels;

import dev.lethe.kernels.tensor.DType;
import java.util.OptionalLong;

/**
 * A device that programs are compiled for. Thread-safe: programs of one backend that several threads run take turns on
 * its workers, so that one backend for each thread is faster.
 */
public interface Backend extends AutoCloseable {
    /** Returns the description of this backend and its device. */
    BackendInfo info();

    /**
     * Returns the type of activations with which a program runs fastest on this backend.
     *
     * @param floats program with activations in F32
     */
    DType fastestActivations(ProgramSpec floats);

    /**
     * Allocates the program's memory, chooses implementations, and prepares every plan to run.
     *
     * @throws IllegalStateException when the backend is closed
     */
    Program compile(ProgramSpec spec);

    /**
     * Returns the bytes of the device's own memory that are free now; empty where programs live in the host's memory.
     */
    default OptionalLong freeMemory() {
        return OptionalLong.empty();
    }

    /** Closes the backend and the programs that are still open, after the plans that run have ended. */
    @Override
    void close();
}
