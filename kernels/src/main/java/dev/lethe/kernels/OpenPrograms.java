package dev.lethe.kernels;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The programs of a backend that may still be open, for the backend to close before it gives up what they use. Programs
 * that nobody refers to any more are forgotten. Thread-safe.
 */
public final class OpenPrograms implements AutoCloseable {
    private final Set<Program> programs = Collections.newSetFromMap(new WeakHashMap<>());

    /** Adds a program and returns it. */
    public synchronized <P extends Program> P add(P program) {
        programs.add(program);
        return program;
    }

    /** Closes all programs after what they run. Each is closed, whatever happens; the first failure is thrown. */
    @Override
    public void close() {
        List<Program> open;
        synchronized (this) {
            open = new ArrayList<>(programs);
            programs.clear();
        }
        RuntimeException failure = null;
        for (Program program : open) {
            try {
                program.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
