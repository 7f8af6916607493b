package dev.lethe.train;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.DType;
import java.util.Optional;

/**
 * In what way a network is computed: what decides rounding, and nothing else.
 *
 * @param activations type of activations and their gradients; empty for the one that is fastest with the network on the
 *        backend
 * @param convolutions which algorithms compute them
 */
public record Arithmetic(Optional<DType> activations, ConvolutionChoice convolutions) {
    /** Whatever is fastest here. */
    public static final Arithmetic FASTEST = new Arithmetic(Optional.empty(), ConvolutionChoice.FASTEST);
    /** Floats and direct convolutions: the same on every machine with the same vectors. */
    public static final Arithmetic PLAIN = new Arithmetic(Optional.of(DType.F32), ConvolutionChoice.DIRECT);

    /** The word for {@link ConvolutionChoice#FASTEST} and for the fastest type. */
    public static final String AUTO = "auto";

    public Arithmetic {
        if (convolutions instanceof ConvolutionChoice.Every(ConvolutionAlgorithm algorithm)
                && algorithm != ConvolutionAlgorithm.DIRECT) {
            if (activations.filter(type -> type != DType.F32).isPresent()) {
                throw new IllegalArgumentException("conv=" + text(convolutions) + " computes f32 only, not "
                        + activations.get().label() + ": choose --dtype f32, or --conv auto");
            }
            activations = Optional.of(DType.F32);
        }
    }

    /**
     * The arithmetic of those names.
     *
     * @param dtype {@value #AUTO}, f32 or bf16
     * @param conv {@value #AUTO}, direct, winograd: F(4x4, 3x3) wherever it applies, or tf32: tensor cores
     * @throws IllegalArgumentException when there is none of such a name, or they exclude each other
     */
    public static Arithmetic parse(String dtype, String conv) {
        return new Arithmetic(parseType(dtype), parseChoice(conv));
    }

    /**
     * The type of that name.
     *
     * @return empty for {@value #AUTO}
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

    /** The name of the type, as {@link #parse} reads it. */
    public String dtypeText() {
        return activations.map(DType::label).orElse(AUTO);
    }

    /** The name of the choice, as {@link #parse} reads it. */
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

    /** The same with another type where one is given. */
    public Arithmetic withActivations(Optional<DType> other) {
        return other.isPresent() ? new Arithmetic(other, convolutions) : this;
    }

    /** The same with another choice. */
    public Arithmetic withConvolutions(ConvolutionChoice other) {
        return new Arithmetic(activations, other);
    }
}
