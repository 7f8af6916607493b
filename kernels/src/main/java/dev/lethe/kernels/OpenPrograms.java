package dev.lethe.kernels;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The programs of a backend that may still be open, for the backend to close before it gives up what they use. Programs
 * that nobody refers to any more are forgotten. Thread-safe.
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

    /** Closes all programs after what they run. Each is closed, whatever happens; the first failure is thrown. */
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
