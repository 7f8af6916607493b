package dev.lethe.kernels;

/** Compiles programs for one device. Programs must be closed before their backend. */
public interface Backend extends AutoCloseable {
    BackendInfo info();

    /** Allocates the program's memory, chooses implementations, and prepares every plan to run. */
    Program compile(ProgramSpec spec);

    @Override
    void close();
}
