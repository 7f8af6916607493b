package dev.lethe.kernels;

import dev.lethe.kernels.tensor.DType;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A description of a backend and its device, for logs, {@code doctor} and a run's provenance.
 *
 * @param name value of {@code --backend} that chooses it
 * @param device name of the processor or accelerator
 * @param instructionSet instructions that its kernels use on this device
 * @param version name and version of the library behind it
 * @param threads number of workers of a plan
 * @param activationTypes types that activations can have
 * @param hostMemory whether results are in the caller's memory as soon as a plan has run
 */
public record BackendInfo(String name, String device, String instructionSet, String version, int threads,
        Set<DType> activationTypes, boolean hostMemory) {
    /** Keeps copies that do not change. */
    public BackendInfo {
        activationTypes = Set.copyOf(activationTypes);
    }

    /** Verifies that activations can have a type. */
    public void requireActivations(DType dtype) {
        if (!activationTypes.contains(dtype)) {
            throw new IllegalArgumentException("backend " + name + " on " + device + " has no " + dtype.label()
                    + " arithmetic: choose " + activationTypes.stream().sorted().map(DType::label)
                            .collect(Collectors.joining(" or ")));
        }
    }
}
