package dev.lethe.kernels.reference;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.OpenPrograms;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.DType;
import java.util.Set;

/**
 * A backend that runs programs as scalar loops in double precision on the calling thread. The formula of each operation
 * stands at the class that computes it, for example {@link ReferenceConvolution}; {@link ReferenceProgram} has the
 * layouts.
 */
public final class ReferenceBackend implements Backend {
    static final String NAME = "reference";

    private final OpenPrograms programs = new OpenPrograms();
    private boolean closed;

    /** Opens the backend, which holds nothing until a program is compiled. */
    public ReferenceBackend() {}

    @Override
    public BackendInfo info() {
        return new BackendInfo(NAME, System.getProperty("os.arch"), "scalar, double precision", "Java "
                + Runtime.version().feature(), 1, Set.of(DType.F32, DType.BF16), true);
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        return DType.F32;
    }

    @Override
    public synchronized ReferenceProgram compile(ProgramSpec spec) {
        if (closed) {
            throw new IllegalStateException("this " + NAME + " backend is closed");
        }
        return programs.add(new ReferenceProgram(spec));
    }

    @Override
    public synchronized void close() {
        closed = true;
        programs.close();
    }
}
