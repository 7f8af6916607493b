package dev.lethe.nativelib.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.DropoutMask;
import dev.lethe.kernels.PointwiseOp;
import dev.lethe.kernels.simd.DropoutPass;
import java.lang.foreign.MemorySegment;

/** Dropout of one worker's share, channels last. */
final class DropoutLowering {
    private DropoutLowering() {}

    static Lowered of(PointwiseOp.Dropout op, Bindings bindings) {
        DropoutMask mask = op.mask();
        DropoutPass pass = new DropoutPass(mask, op.input().dtype());
        Bindings.Binding epoch = bindings.of(mask.epoch());
        Bindings.Binding order = bindings.of(mask.order());
        int count = Math.toIntExact(op.input().shape().elementsPerExample());
        long bytes = (long) count * op.input().dtype().bytes();
        return new PassLowering(plan -> {
            MemorySegment memory = plan.memory();
            long input = plan.offset(op.input());
            long output = plan.offset(op.output());
            Share share = plan.share();
            return (position, _) -> {
                int now = epoch.memory().getAtIndex(JAVA_INT, 0);
                for (int n = 0; n < share.examples(); n++) {
                    int example = order.memory().getAtIndex(JAVA_INT, (long) position + share.first() + n);
                    pass.run(memory, input + n * bytes, output + n * bytes, count, now, example);
                }
            };
        });
    }
}
