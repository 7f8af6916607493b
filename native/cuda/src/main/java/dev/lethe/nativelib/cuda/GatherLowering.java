package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.lethe.kernels.op.Augmentation;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.op.Normalization;
import dev.lethe.kernels.random.Philox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/** The lowering of the gathering of a batch's images. */
final class GatherLowering {
    private final Lowering to;
    private final DeviceArena arena;
    private final Map<Normalization, Long> tables;

    /**
     * Makes a lowering.
     *
     * @param tables addresses of tables made earlier for the program
     */
    GatherLowering(Lowering to, DeviceArena arena, Map<Normalization, Long> tables) {
        this.to = to;
        this.arena = arena;
        this.tables = tables;
    }

    List<DeviceCall> lower(GatherImages op) {
        Augmentation augmentation = op.views().map(GatherImages.Views::augmentation).orElse(Augmentation.NONE);
        ImageSource images = to.memory().images(op);
        return to.calls(Lowering.variant("gather", op.output().dtype()), Grid.of(op.output().shape().dim(0)),
                to.structure().with(images.address()).with(images.slot()).with(images.slotImages())
                        .with(to.of(op.order())).with(to.place())
                        .with(op.views().map(views -> to.of(views.epoch())).orElse(0L))
                        .with(tables.computeIfAbsent(op.normalization(), this::makeTable)).with(to.of(op.output()))
                        .with(op.views().map(GatherImages.Views::seed).orElse(0L))
                        .with(op.output().shape().dim(1)).with(op.output().shape().dim(2))
                        .with(op.output().shape().dim(3)).with(to.layouts().channels(op.output()))
                        .with(augmentation.padding()).with(augmentation.movement().ordinal())
                        .with(augmentation.border() == Augmentation.Border.REFLECT)
                        .with(augmentation.flip().ordinal()).with(augmentation.cutout())
                        .with(Philox.Stream.AUGMENTATION.code()).with(Philox.Stream.CUTOUT.code()),
                op.output());
    }

    private long makeTable(Normalization normalization) {
        int channels = normalization.channels();
        try (Arena scratch = Arena.ofConfined()) {
            // (3, channels): scale, shift, mean pixel
            MemorySegment table = scratch.allocate(JAVA_FLOAT, 3L * channels);
            for (int c = 0; c < channels; c++) {
                table.setAtIndex(JAVA_FLOAT, c, normalization.scale(c));
                table.setAtIndex(JAVA_FLOAT, channels + c, normalization.shift(c));
                table.setAtIndex(JAVA_FLOAT, 2L * channels + c, Byte.toUnsignedInt(normalization.meanPixel(c)));
            }
            return arena.holding(table);
        }
    }
}
