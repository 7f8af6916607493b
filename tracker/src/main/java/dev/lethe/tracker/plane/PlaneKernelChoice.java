package dev.lethe.tracker.plane;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Which kernels run: the Vector API where the JVM has it, the scalar twin elsewhere, decided once when this class is
 * first used. The system property {@value #PROPERTY} forces {@code vector} or {@code scalar}; a forced choice that
 * cannot be had is an error, never a silent fall-back.
 */
public final class PlaneKernelChoice {
    /** System property: {@code auto} (as when absent), {@code vector} or {@code scalar}. */
    public static final String PROPERTY = "lethe.tracker.kernels";

    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final PlaneKernels SCALAR = new ScalarPlaneKernels();

    private PlaneKernelChoice() {}

    /**
     * The kernels of this JVM.
     *
     * @throws IllegalStateException
     *             if {@value #PROPERTY} names something unknown, or forces kernels that this JVM cannot run
     */
    public static PlaneKernels inUse() {
        return Chosen.KERNELS;
    }

    /** The scalar twin. */
    public static PlaneKernels scalar() {
        return SCALAR;
    }

    /** Whether this JVM was started with the Vector API. */
    public static boolean vectorAvailable() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    /**
     * The Vector API kernels.
     *
     * @throws IllegalStateException
     *             if this JVM was started without the Vector API; the message has the missing flag
     */
    public static PlaneKernels vector() {
        if (!vectorAvailable()) {
            throw new IllegalStateException("the vector kernels need the module " + VECTOR_MODULE
                    + ": start java with --add-modules=" + VECTOR_MODULE + ", or set " + PROPERTY + "=scalar");
        }
        return Provided.VECTOR.orElseThrow(
                () -> new IllegalStateException("the vector kernels are missing from the class path: META-INF/services/"
                        + PlaneKernels.class.getName() + " was lost, merge service files when repackaging"));
    }

    /** What a value of the property stands for. */
    static PlaneKernels choose(String value) {
        return switch (value) {
            case "auto" -> vectorAvailable() ? vector() : SCALAR;
            case "vector" -> vector();
            case "scalar" -> SCALAR;
            default -> throw new IllegalStateException(PROPERTY + "=" + value + " is not one of auto, vector, scalar");
        };
    }

    /** Holds what the class path provides: looking it up takes almost as long as a scan. */
    private static final class Provided {
        static final Optional<PlaneKernels> VECTOR = ServiceLoader
                .load(PlaneKernels.class, PlaneKernels.class.getClassLoader()).findFirst();

        private Provided() {}
    }

    /** Holds the choice, so that it is made on first use. */
    private static final class Chosen {
        static final PlaneKernels KERNELS = choose(System.getProperty(PROPERTY, "auto"));

        private Chosen() {}
    }
}
