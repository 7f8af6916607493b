package dev.lethe.nativelib.cpu;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.nativelib.cpu.onednn.OneDnnLibrary;
import dev.lethe.nativelib.cpu.vector.VectorProducts;

/** Base of the providers of the CPU backend's variants. */
abstract class CpuVariantProvider implements BackendProvider {
    private final CpuBackend.Variant variant;
    private final int rank;

    CpuVariantProvider(CpuBackend.Variant variant, int rank) {
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
        Availability vectors = VectorProducts.availability(); // all variants have passes in the Vector API
        return variant == CpuBackend.Variant.VECTOR || vectors instanceof Availability.Unavailable
                ? vectors
                : OneDnnLibrary.availability();
    }

    @Override
    public Backend open(int threads) {
        if (availability() instanceof Availability.Unavailable(String reason, String remedy)) {
            throw new BackendUnavailableException("backend " + name() + " cannot run here: " + reason + "; " + remedy);
        }
        return new CpuBackend(variant, threads, new ConvolutionTimings(ConvolutionTimings.defaultFile()));
    }
}
