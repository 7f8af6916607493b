package dev.lethe.tracker.plane;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * The choice of the kernels that run: the Vector API where the JVM has it, the scalar twin elsewhere, decided once when
 * this class is first used. The system property {@value #PROPERTY} forces {@code vector} or {@code scalar}; a forced
 * choice that cannot be had is an error, never a silent fall-back.
 */
public final class PlaneKernelChoice {
    /** System property: {@code auto} (as when absent), {@code vector} or {@code scalar}. */
    public static final String PROPERTY = "lethe.tracker.kernels";

    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String SERVICE_FILE = "META-INF/services/" + PlaneKernels.class.getName();
    private static final PlaneKernels SCALAR = new ScalarPlaneKernels();

    private PlaneKernelChoice() {}

    /**
     * Returns the kernels of this JVM. If there are none, each call throws the same message.
     *
     * @throws IllegalStateException
     *             if {@value #PROPERTY} names something unknown, or forces kernels that this JVM cannot run; or if the
     *             vector kernels are missing from the class path. The message says what to do
     */
    public static PlaneKernels inUse() {
        return Chosen.OUTCOME.kernels();
    }

    /** Returns the scalar twin. */
    public static PlaneKernels scalar() {
        return SCALAR;
    }

    /** Tells whether this JVM was started with the Vector API. */
    public static boolean vectorAvailable() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    /**
     * Returns the Vector API kernels.
     *
     * @throws IllegalStateException
     *             if this JVM was started without the Vector API, or the kernels are missing from the class path; the
     *             message says what to do
     */
    public static PlaneKernels vector() {
        if (!vectorAvailable()) {
            throw new IllegalStateException("the vector kernels need the module " + VECTOR_MODULE
                    + ": start java with --add-modules=" + VECTOR_MODULE + ", or set " + PROPERTY + "=scalar");
        }
        return Provided.VECTOR.kernels();
    }

    /** Returns the kernels that a value of the property stands for. */
    static PlaneKernels choose(String value) {
        return switch (value) {
            case "auto" -> vectorAvailable() ? vector() : SCALAR;
            case "vector" -> vector();
            case "scalar" -> SCALAR;
            default -> throw new IllegalStateException(PROPERTY + "=" + value + ": choose auto, vector or scalar");
        };
    }

    private static PlaneKernels load() {
        try {
            Iterator<PlaneKernels> provided = ServiceLoader
                    .load(PlaneKernels.class, PlaneKernels.class.getClassLoader()).iterator();
            if (provided.hasNext()) {
                return provided.next();
            }
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new IllegalStateException("the vector kernels cannot be loaded, " + e.getMessage()
                    + ": keep the classes of " + SERVICE_FILE + " when repackaging, or set " + PROPERTY + "=scalar", e);
        }
        throw new IllegalStateException("the vector kernels are missing from the class path: " + SERVICE_FILE
                + " was lost, merge service files when repackaging");
    }

    /**
     * The result of a decision that is made once: kernels, or the reason why there are none. A static initialiser that
     * threw would show its first caller an {@link ExceptionInInitializerError} without a message, and every later one a
     * {@link NoClassDefFoundError}.
     */
    private record Outcome(PlaneKernels decided, IllegalStateException failure) {
        static Outcome of(Supplier<PlaneKernels> decision) {
            try {
                return new Outcome(decision.get(), null);
            } catch (IllegalStateException e) {
                return new Outcome(null, e);
            }
        }

        PlaneKernels kernels() {
            if (failure != null) {
                throw new IllegalStateException(failure.getMessage(), failure);
            }
            return decided;
        }
    }

    /** Holds what the class path provides: looking it up takes almost as long as a scan. */
    private static final class Provided {
        static final Outcome VECTOR = Outcome.of(PlaneKernelChoice::load);

        private Provided() {}
    }

    /** Holds the choice, so that it is made on first use. */
    private static final class Chosen {
        static final Outcome OUTCOME = Outcome.of(() -> choose(System.getProperty(PROPERTY, "auto")));

        private Chosen() {}
    }
}
