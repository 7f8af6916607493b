package dev.lethe.nativelib.cpu;

/** The provider of the CPU backend with oneDNN's kernels for every program. */
public final class OneDnnBackendProvider extends CpuVariantProvider {
    /** Makes the provider, for the service loader. */
    public OneDnnBackendProvider() {
        super(CpuBackend.Variant.ONEDNN, 100);
    }
}
