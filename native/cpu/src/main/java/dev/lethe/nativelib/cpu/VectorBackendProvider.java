package dev.lethe.nativelib.cpu;

/** The provider of the CPU backend with Lethe's own kernels, which run wherever Java does. */
public final class VectorBackendProvider extends CpuVariantProvider {
    /** Makes the provider, for the service loader. */
    public VectorBackendProvider() {
        super(CpuBackend.Variant.VECTOR, 50);
    }
}
