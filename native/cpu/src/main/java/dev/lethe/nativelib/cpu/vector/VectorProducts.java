package dev.lethe.nativelib.cpu.vector;

import dev.lethe.kernels.BackendProvider.Availability;
import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.lower.ProductLibrary;
import java.util.Set;

/** The library of Lethe's own Vector API kernels, which compute floats alone. */
public final class VectorProducts implements ProductLibrary {
    private static final String MODULE = "jdk.incubator.vector";

    /** Tells whether the JVM has the Vector API. */
    public static Availability availability() {
        return ModuleLayer.boot().findModule(MODULE).isPresent()
                ? new Available(describe())
                : new Unavailable("this JVM runs without the Vector API", "start it with --add-modules=" + MODULE);
    }

    /** Describes the vectors. A separate method, since it cannot be linked without the module. */
    private static String describe() {
        return "Lethe's own kernels, " + lanes();
    }

    private static String lanes() {
        return Floats.lanes() + " floats a vector";
    }

    @Override
    public String version() {
        return "Vector API of Java " + Runtime.version().feature();
    }

    @Override
    public String owner() {
        return "Lethe's own";
    }

    @Override
    public String instructionSet() {
        return lanes();
    }

    @Override
    public Set<DType> activationTypes() {
        return Set.of(DType.F32);
    }

    @Override
    public void prepareThread() {
        // every thread is as good as any other
    }

    @Override
    public ProductKernels kernels(int workers) {
        return new VectorKernels();
    }

    @Override
    public void close() {
        // nothing to free
    }
}
