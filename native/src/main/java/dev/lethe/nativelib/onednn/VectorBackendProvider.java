package dev.lethe.nativelib.onednn;

/** Offers the CPU backend with Lethe's own kernels for few channels, whatever the program. */
public final class VectorBackendProvider extends CpuVariantProvider {
    public VectorBackendProvider() {
        super(OneDnnBackend.Variant.VECTOR, 50);
    }
}
