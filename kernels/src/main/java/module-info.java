/** Operations of training, the interface of backends, the scalar reference backend, and passes of the Vector API. */
@SuppressWarnings("module") // friends are compiled after this module
module dev.lethe.kernels {
    requires static org.jspecify; // annotations alone
    requires jdk.incubator.vector;
    requires org.slf4j;

    // docs/api.md: the API is exported to all, what Lethe's own modules need of the rest to them
    exports dev.lethe.kernels;
    exports dev.lethe.kernels.op;
    exports dev.lethe.kernels.tensor;
    exports dev.lethe.kernels.host to dev.lethe.cli, dev.lethe.core, dev.lethe.cpu, dev.lethe.cuda;
    exports dev.lethe.kernels.random to dev.lethe.core, dev.lethe.cuda, dev.lethe.report;
    exports dev.lethe.kernels.simd to dev.lethe.cli, dev.lethe.core, dev.lethe.cpu;
    exports dev.lethe.kernels.simd.batchlast to dev.lethe.cpu;
    exports dev.lethe.kernels.simd.product to dev.lethe.cpu;
    exports dev.lethe.kernels.simd.winograd to dev.lethe.cpu;

    uses dev.lethe.kernels.BackendProvider;

    // class paths have META-INF/services
    provides dev.lethe.kernels.BackendProvider with dev.lethe.kernels.reference.ReferenceBackendProvider;
}
