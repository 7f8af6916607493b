package dev.lethe.cli;

import dev.lethe.kernels.DType;
import dev.lethe.study.StudySettings;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The type of activations: an option of every command that trains. */
final class ActivationOptions {
    @Option(names = "--dtype", defaultValue = StudySettings.AUTO, paramLabel = "TYPE",
            description = "auto, f32 or bf16: the type of activations; weights, statistics and sums are always f32. "
                    + "Default: ${DEFAULT-VALUE}, the faster of those that the processor has.")
    private String dtype;

    /**
     * The type that was chosen.
     *
     * @return empty for the fastest one
     * @throws IllegalArgumentException when there is none of that name
     */
    Optional<DType> dtype() {
        return StudySettings.dtype(dtype);
    }
}
