package dev.lethe.nativelib.onednn;

/** Offers the CPU backend with oneDNN's kernels, whatever the program. */
public final class OneDnnBackendProvider extends CpuVariantProvider {
    public OneDnnBackendProvider() {
        super(OneDnnBackend.Variant.ONEDNN, 100);
    }
}
