/** The backends of processors: oneDNN's kernels and Lethe's own. */
@SuppressWarnings("module") // friends are compiled after this module
module dev.lethe.cpu {
    requires static org.jspecify; // annotations alone
    requires jdk.incubator.vector;
    requires org.bytedeco.dnnl;
    requires org.bytedeco.javacpp;
    requires org.slf4j;
    requires transitive dev.lethe.kernels;

    // it exports nothing to all: backends are found through ServiceLoader; class paths have META-INF/services
    exports dev.lethe.nativelib.ffm to dev.lethe.cuda;

    provides dev.lethe.kernels.BackendProvider with dev.lethe.nativelib.cpu.CpuBackendProvider,
            dev.lethe.nativelib.cpu.OneDnnBackendProvider,
            dev.lethe.nativelib.cpu.VectorBackendProvider;
}
