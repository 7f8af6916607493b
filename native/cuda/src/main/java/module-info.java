/** The backend of NVIDIA's GPUs. */
module dev.lethe.cuda {
    requires static org.jspecify; // annotations alone
    requires dev.lethe.cpu;
    requires org.bytedeco.cuda;
    requires org.bytedeco.javacpp;
    requires org.slf4j;
    requires transitive dev.lethe.kernels;

    // it exports nothing: backends are found through ServiceLoader; class paths have META-INF/services
    provides dev.lethe.kernels.BackendProvider with dev.lethe.nativelib.cuda.CudaBackendProvider;
}
