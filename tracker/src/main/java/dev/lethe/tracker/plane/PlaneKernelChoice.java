package dev.lethe.tracker.plane;

import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The choice of the kernels that run: the Vector API where the JVM compiles it to vector instructions, the scalar twin
 * elsewhere, decided once when this class is first used. Falling back to the twin is logged as a warning, with the
 * reason. The system property {@value #PROPERTY} forces {@code vector} or {@code scalar}; a forced choice that cannot
 * be had is an error, never a silent fall-back.
 */
public final class PlaneKernelChoice {
    /** The system property with the choice: {@code auto} (the default), {@code vector} or {@code scalar}. */
    public static final String PROPERTY = "lethe.tracker.kernels";

    private static final String REMEDY = ", or set " + PROPERTY + "=scalar";
    private static final String SERVICE_FILE = "META-INF/services/" + PlaneKernels.class.getName();
    private static final int LEAST_VECTOR_BITS = 128;
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

    /**
     * Returns the Vector API kernels.
     *
     * @throws IllegalStateException
     *             if this JVM was started without the Vector API, or does not compile it to vector instructions; or if
     *             the kernels are missing from the class path. The message says what to do
     */
    public static PlaneKernels vector() {
        return Vector.OUTCOME.kernels();
    }

    /**
     * Returns the kernels that a value of the property stands for.
     *
     * @param value
     *            the value of the property
     * @param jvm
     *            the facts about the JVM that is to run the kernels
     * @param provided
     *            loads the vector kernels, or throws {@link IllegalStateException}
     * @param log
     *            takes the reason why {@code auto} stands for the scalar twin
     */
    static PlaneKernels choose(String value, JvmFacts jvm, Supplier<PlaneKernels> provided, Consumer<String> log) {
        return switch (value) {
            case "auto" -> {
                Optional<String> obstacle = obstacle(jvm, provided);
                obstacle.ifPresent(reason -> log.accept(
                        "the tracker runs its scalar kernels, which are slower: " + reason + REMEDY));
                yield obstacle.isPresent() ? SCALAR : provided.get();
            }
            case "vector" -> require(jvm, provided);
            case "scalar" -> SCALAR;
            default -> throw new IllegalStateException(PROPERTY + "=" + value + ": choose auto, vector or scalar");
        };
    }

    private static PlaneKernels require(JvmFacts jvm, Supplier<PlaneKernels> provided) {
        Optional<String> obstacle = obstacle(jvm, provided);
        if (obstacle.isPresent()) {
            throw new IllegalStateException(obstacle.get() + REMEDY);
        }
        return provided.get();
    }

    private static Optional<String> obstacle(JvmFacts jvm, Supplier<PlaneKernels> provided) {
        return jvm.obstacle().or(() -> narrow(provided.get().vectorBits()));
    }

    private static Optional<String> narrow(int vectorBits) {
        return vectorBits >= LEAST_VECTOR_BITS
                ? Optional.empty()
                : Optional.of("the vector kernels need vectors of at least " + LEAST_VECTOR_BITS
                        + " bits, and this JVM has vectorBits=" + vectorBits
                        + ": start java without -XX:MaxVectorSize");
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
                    + ": keep the classes of " + SERVICE_FILE + " when repackaging" + REMEDY, e);
        }
        throw new IllegalStateException("the vector kernels are missing from the class path: " + SERVICE_FILE
                + " was lost, merge service files when repackaging" + REMEDY);
    }

    /**
     * The result of a decision that is made once: kernels, or the reason why there are none. A static initialiser that
     * threw would show its first caller an {@link ExceptionInInitializerError} without a message, and every later one a
     * {@link NoClassDefFoundError}.
     */
    private record Outcome(@Nullable PlaneKernels decided, @Nullable IllegalStateException failure) {
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
            return Objects.requireNonNull(decided); // without a failure
        }
    }

    /** The holder of the vector kernels on the class path: looking them up takes almost as long as a scan. */
    private static final class Provided {
        private static final Outcome OUTCOME = Outcome.of(PlaneKernelChoice::load);

        private Provided() {}

        static PlaneKernels kernels() {
            return OUTCOME.kernels();
        }
    }

    /** The holder of the vector kernels, if this JVM can run them. */
    private static final class Vector {
        static final Outcome OUTCOME = Outcome.of(() -> require(JvmFacts.ofThisJvm(), Provided::kernels));

        private Vector() {}
    }

    /** The holder of the choice, which is made, and logged, on first use. */
    private static final class Chosen {
        static final Outcome OUTCOME = Outcome.of(() -> choose(System.getProperty(PROPERTY, "auto"),
                JvmFacts.ofThisJvm(), Provided::kernels, Chosen::log));

        private Chosen() {}

        private static void log(String message) {
            System.getLogger(PlaneKernelChoice.class.getName()).log(System.Logger.Level.WARNING, message);
        }
    }
}
