package dev.lethe.nativelib.cpu;

/** Offers the CPU backend with oneDNN's kernels, whatever the program. */
public final class OneDnnBackendProvider extends CpuVariantProvider {
    public OneDnnBackendProvider() {
        super(CpuBackend.Variant.ONEDNN, 100);
    }
}
