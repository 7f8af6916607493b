package dev.lethe.nativelib.cpu;

/** Offers the CPU backend with Lethe's own kernels for few channels, whatever the program. */
public final class VectorBackendProvider extends CpuVariantProvider {
    public VectorBackendProvider() {
        super(CpuBackend.Variant.VECTOR, 50);
    }
}
