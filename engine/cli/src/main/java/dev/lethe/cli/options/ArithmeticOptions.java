package dev.lethe.cli.options;

import dev.lethe.train.Arithmetic;
import picocli.CommandLine.Option;

/** Options for types and algorithms of the computation, of every command that trains. */
public final class ArithmeticOptions {
    @Option(names = "--dtype", defaultValue = Arithmetic.AUTO, paramLabel = "TYPE",
            description = "auto, f32 or bf16: the type of activations; weights, statistics and sums are always f32. "
                    + "Default: ${DEFAULT-VALUE}, the faster of those that the processor has.")
    private String dtype;

    @Option(names = "--conv", defaultValue = Arithmetic.AUTO, paramLabel = "ALGORITHM",
            description = "auto, direct, winograd (3x3, on processors) or tf32 (on GPUs): how convolutions "
                    + "in f32 are computed. Default: ${DEFAULT-VALUE}, what is fastest for each here without tf32; "
                    + "config.json says what that was.")
    private String conv;

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException when a type or algorithm is unknown, or one excludes the other
     */
    public Arithmetic arithmetic() {
        return Arithmetic.parse(dtype, conv);
    }
}
