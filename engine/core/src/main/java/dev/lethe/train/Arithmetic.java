package dev.lethe.train;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Numerical settings of a computation: the type of activations and the algorithms of convolutions. They change rounding
 * only. Immutable.
 */
public final class Arithmetic {
    /**
     * Fastest type and fastest algorithms on the machine that computes: the default of trainers, runs and studies. They
     * are chosen by the processor and by timings, which the cache folder keeps.
     */
    public static final Arithmetic FASTEST = new Arithmetic(null, ConvolutionChoice.FASTEST);
    /** Floats and direct convolutions: the same on every machine with the same vectors. */
    public static final Arithmetic PLAIN = new Arithmetic(DType.F32, ConvolutionChoice.DIRECT);

    /** Word for {@link ConvolutionChoice#FASTEST} and for the fastest type. */
    public static final String AUTO = "auto";

    private final @Nullable DType activations; // null for the fastest
    private final ConvolutionChoice convolutions;

    private Arithmetic(@Nullable DType activations, ConvolutionChoice convolutions) {
        boolean floatsOnly = convolutions instanceof ConvolutionChoice.Every(ConvolutionAlgorithm algorithm)
                && algorithm != ConvolutionAlgorithm.DIRECT;
        if (floatsOnly && activations != null && activations != DType.F32) {
            throw new IllegalArgumentException("conv=" + text(convolutions) + " computes f32 only, not "
                    + activations.label() + ": choose dtype f32, or conv auto");
        }
        this.activations = floatsOnly ? DType.F32 : activations;
        this.convolutions = convolutions;
    }

    /**
     * Returns the arithmetic of a type and a choice.
     *
     * @param activations type of activations and their gradients
     * @param convolutions choice of the algorithms of convolutions
     * @throws IllegalArgumentException when the algorithms do not compute that type
     */
    public static Arithmetic of(DType activations, ConvolutionChoice convolutions) {
        return new Arithmetic(Objects.requireNonNull(activations, "activations"), convolutions);
    }

    /** Returns the type of activations; empty for the one that is fastest with the network on the backend. */
    public Optional<DType> activations() {
        return Optional.ofNullable(activations);
    }

    /** Returns the choice of the algorithms of convolutions. */
    public ConvolutionChoice convolutions() {
        return convolutions;
    }

    /**
     * Reads the arithmetic of two names.
     *
     * @param dtype type of activations: {@value #AUTO}, f32 or bf16
     * @param conv algorithms: {@value #AUTO}, direct, winograd (F(4x4, 3x3) wherever it applies) or tf32 (tensor cores)
     * @throws IllegalArgumentException when a name is unknown, or the two exclude each other
     */
    public static Arithmetic parse(String dtype, String conv) {
        return new Arithmetic(parseType(dtype).orElse(null), parseChoice(conv));
    }

    /**
     * Reads the name of a type.
     *
     * @return the type; empty for {@value #AUTO}
     * @throws IllegalArgumentException naming the choices
     */
    public static Optional<DType> parseType(String text) {
        return switch (text) {
            case AUTO -> Optional.empty();
            case "f32" -> Optional.of(DType.F32);
            case "bf16" -> Optional.of(DType.BF16);
            default -> throw new IllegalArgumentException("unknown dtype '" + text + "': choose auto, f32 or bf16");
        };
    }

    private static ConvolutionChoice parseChoice(String text) {
        return switch (text) {
            case AUTO -> ConvolutionChoice.FASTEST;
            case "direct" -> ConvolutionChoice.DIRECT;
            case "winograd" -> ConvolutionChoice.WINOGRAD;
            case "tf32" -> ConvolutionChoice.TF32;
            default -> throw new IllegalArgumentException(
                    "unknown conv '" + text + "': choose auto, direct, winograd or tf32");
        };
    }

    /** Returns the name of the type, as {@link #parse} reads it. */
    public String dtypeText() {
        return activations().map(DType::label).orElse(AUTO);
    }

    /** Returns the name of the choice of algorithms, as {@link #parse} reads it. */
    public String convolutionsText() {
        return text(convolutions);
    }

    private static String text(ConvolutionChoice choice) {
        return switch (choice) {
            case ConvolutionChoice.Every(ConvolutionAlgorithm algorithm) ->
                algorithm == ConvolutionAlgorithm.WINOGRAD_4 ? "winograd" : algorithm.label();
            case ConvolutionChoice.Fastest _,ConvolutionChoice.Recorded _ -> AUTO; // which was recorded
        };
    }

    /** Returns the arithmetic with another type of activations. */
    public Arithmetic withActivations(DType other) {
        return of(other, convolutions);
    }

    /** Returns the arithmetic with another choice of algorithms. */
    public Arithmetic withConvolutions(ConvolutionChoice other) {
        return new Arithmetic(activations, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Arithmetic arithmetic && activations == arithmetic.activations
                && convolutions.equals(arithmetic.convolutions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(activations, convolutions);
    }

    @Override
    public String toString() {
        return "dtype=" + dtypeText() + ", conv=" + convolutions;
    }
}
