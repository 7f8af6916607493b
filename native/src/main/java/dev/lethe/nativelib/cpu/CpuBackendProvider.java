package dev.lethe.nativelib.cpu;

/** Offers the CPU backend that takes, for each program, the faster of oneDNN's and Lethe's own kernels. */
public final class CpuBackendProvider extends CpuVariantProvider {
    public CpuBackendProvider() {
        super(CpuBackend.Variant.CPU, 110);
    }
}
