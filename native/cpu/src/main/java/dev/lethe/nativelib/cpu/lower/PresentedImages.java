package dev.lethe.nativelib.cpu.lower;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.simd.ImageViews;
import dev.lethe.nativelib.cpu.memory.Bindings;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.lang.foreign.MemorySegment;

/** The images that a worker's gathering pass reads: the bound images themselves, or views made of them. */
final class PresentedImages {
    private PresentedImages() {}

    /** A pass from bytes to activations in any layout. */
    @FunctionalInterface
    interface Pass {
        /** Handles the images of presentations {@code [first, first + count)} of the order. */
        void run(MemorySegment images, MemorySegment order, long first, int count);
    }

    static WorkerOp of(GatherImages op, Bindings bindings, BatchSlice slice, Pass pass) {
        Bindings.Binding images = bindings.of(op.images());
        Bindings.Binding order = bindings.of(op.order());
        if (op.views().isEmpty()) {
            return (position, _) -> pass.run(images.memory(), order.memory(), position + slice.first(),
                    slice.examples());
        }
        GatherImages.Views views = op.views().get();
        Bindings.Binding epoch = bindings.of(views.epoch());
        ImageViews made = new ImageViews(views.augmentation(), views.seed(), op.normalization(), op.output().shape(),
                slice.examples());
        return (position, _) -> {
            made.run(images.memory(), order.memory(), position + slice.first(), slice.examples(),
                    epoch.memory().getAtIndex(JAVA_INT, 0));
            pass.run(made.images(), made.order(), 0, slice.examples());
        };
    }
}
