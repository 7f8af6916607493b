package dev.lethe.kernels;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The programs of a backend that may still be open, which the backend closes before it releases the resources that they
 * use. Programs that nobody refers to any more are forgotten. Thread-safe.
 */
public final class OpenPrograms implements AutoCloseable {
    private final Set<Program> programs = Collections.newSetFromMap(new WeakHashMap<>());

    /** Begins with no programs. */
    public OpenPrograms() {}

    /** Adds a program and returns it. */
    public synchronized <P extends Program> P add(P program) {
        programs.add(program);
        return program;
    }

    /**
     * Closes all programs, each after the plan that it runs. A failure does not keep others open; the first one is
     * thrown.
     */
    @Override
    public void close() {
        ResourceStack open = new ResourceStack();
        synchronized (this) {
            programs.forEach(program -> open.own(program, Program::close));
            programs.clear();
        }
        open.close();
    }
}
