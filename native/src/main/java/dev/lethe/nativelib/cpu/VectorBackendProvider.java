package dev.lethe.nativelib.cpu;

/** Offers the CPU backend with Lethe's own kernels, which run wherever Java does. */
public final class VectorBackendProvider extends CpuVariantProvider {
    public VectorBackendProvider() {
        super(CpuBackend.Variant.VECTOR, 50);
    }
}
