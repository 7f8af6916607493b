/** The backends: oneDNN's and Lethe's own kernels on the CPU, cuDNN's on GPUs. */
module dev.lethe.nativelib {
    requires static org.jspecify; // annotations alone
    requires jdk.incubator.vector;
    requires org.bytedeco.cuda;
    requires org.bytedeco.dnnl;
    requires org.bytedeco.javacpp;
    requires org.slf4j;
    requires transitive dev.lethe.kernels;

    // it exports nothing: backends are found through ServiceLoader; class paths have META-INF/services
    provides dev.lethe.kernels.BackendProvider with dev.lethe.nativelib.cpu.CpuBackendProvider,
            dev.lethe.nativelib.cpu.OneDnnBackendProvider,
            dev.lethe.nativelib.cpu.VectorBackendProvider,
            dev.lethe.nativelib.cuda.CudaBackendProvider;
}
