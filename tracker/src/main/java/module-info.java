/**
 * The forgetting tracker, usable with any trainer. Without the module {@code jdk.incubator.vector}, which {@code java
 * --add-modules=jdk.incubator.vector} adds, it runs scalar kernels; only {@code dev.lethe.tracker.agrona} needs Agrona.
 */
@SuppressWarnings({"requires-automatic", "module"}) // Agrona has a reserved name alone; the engine is compiled later
module dev.lethe.tracker {
    requires static org.jspecify; // annotations alone
    requires jdk.management;
    requires static jdk.incubator.vector;
    requires static org.agrona;

    // docs/api.md: the API is exported to all
    exports dev.lethe.tracker;
    exports dev.lethe.tracker.agrona;
    exports dev.lethe.tracker.interchange;
    exports dev.lethe.tracker.rank;
    exports dev.lethe.tracker.score;
    exports dev.lethe.tracker.select;
    exports dev.lethe.tracker.table;
    exports dev.lethe.tracker.io to dev.lethe.core;
    exports dev.lethe.tracker.service to dev.lethe.cli, dev.lethe.core, dev.lethe.report;

    uses dev.lethe.tracker.plane.PlaneKernels;
    uses dev.lethe.tracker.score.Score;
    uses dev.lethe.tracker.select.RemovalRuleProvider;

    // class paths have META-INF/services
    provides dev.lethe.tracker.plane.PlaneKernels with dev.lethe.tracker.simd.VectorPlaneKernels;
}
