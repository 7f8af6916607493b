package dev.lethe.nativelib.cpu;

/** The provider of the CPU backend with the faster of oneDNN's and Lethe's own kernels for each program. */
public final class CpuBackendProvider extends CpuVariantProvider {
    /** Makes the provider, for the service loader. */
    public CpuBackendProvider() {
        super(CpuBackend.Variant.CPU, 110);
    }
}
