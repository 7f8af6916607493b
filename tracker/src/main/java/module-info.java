/**
 * The forgetting tracker, usable with any trainer. Without the module {@code jdk.incubator.vector}, which {@code java
 * --add-modules=jdk.incubator.vector} adds, it runs scalar kernels; only {@code dev.lethe.tracker.agrona} needs Agrona.
 */
@SuppressWarnings("requires-automatic") // Agrona has no module descriptor, but a reserved name
module dev.lethe.tracker {
    requires static org.jspecify; // annotations alone
    requires jdk.management;
    requires static jdk.incubator.vector;
    requires static org.agrona;

    exports dev.lethe.tracker;
    exports dev.lethe.tracker.agrona;
    exports dev.lethe.tracker.interchange;
    exports dev.lethe.tracker.io;
    exports dev.lethe.tracker.plane;
    exports dev.lethe.tracker.rank;
    exports dev.lethe.tracker.score;
    exports dev.lethe.tracker.select;

    uses dev.lethe.tracker.plane.PlaneKernels;
    uses dev.lethe.tracker.score.Score;
    uses dev.lethe.tracker.select.RemovalRuleProvider;

    // class paths have META-INF/services
    provides dev.lethe.tracker.plane.PlaneKernels with dev.lethe.tracker.simd.VectorPlaneKernels;
}
