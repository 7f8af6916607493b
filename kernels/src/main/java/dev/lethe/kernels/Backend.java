package dev.lethe.kernels;

/** Compiles programs for one device. Programs must be closed before their backend. */
public interface Backend extends AutoCloseable {
    BackendInfo info();

    /**
     * The type of activations with which a program runs fastest here, of those that this backend has.
     *
     * @param floats the program with activations in F32
     */
    DType fastestActivations(ProgramSpec floats);

    /** Allocates the program's memory, chooses implementations, and prepares every plan to run. */
    Program compile(ProgramSpec spec);

    @Override
    void close();
}
