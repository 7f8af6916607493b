package dev.lethe.nativelib.onednn;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.ConvolutionTimings;

/** What the providers of the CPU backend's variants share. */
abstract class CpuVariantProvider implements BackendProvider {
    private final OneDnnBackend.Variant variant;
    private final int rank;

    CpuVariantProvider(OneDnnBackend.Variant variant, int rank) {
        this.variant = variant;
        this.rank = rank;
    }

    @Override
    public String name() {
        return variant.backendName();
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public Availability availability() {
        return OneDnnLibrary.availability();
    }

    @Override
    public Backend open(int threads) {
        if (availability() instanceof Availability.Unavailable(String reason, String remedy)) {
            throw new BackendUnavailableException("backend " + name() + " cannot run here: " + reason + "; " + remedy);
        }
        return new OneDnnBackend(variant, threads, new ConvolutionTimings(ConvolutionTimings.defaultFile()));
    }
}
