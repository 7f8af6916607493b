package dev.lethe.kernels;

/**
 * What a backend runs on: for logs, {@code doctor} and a run's provenance.
 *
 * @param name as in {@code --backend}
 * @param device the processor or accelerator
 * @param instructionSet what its kernels really use
 * @param version of the library behind it
 * @param threads workers of a plan
 * @param hostMemory whether results are in the caller's memory as soon as a plan has run
 */
public record BackendInfo(String name, String device, String instructionSet, String version, int threads,
        boolean hostMemory) {}
