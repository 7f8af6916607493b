package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.ConvolutionSpec;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.PassLowering;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The taps of a kernel that lie on padding alone, such as the outer ones of a 3 x 3 kernel on an image of a single
 * pixel. The gradients of their weights are zeros, but oneDNN leaves numbers of its scratch memory there in bfloat16.
 */
final class IdleTaps {
    private IdleTaps() {}

    /**
     * Makes the operation that sets the gradients of idle taps to zero; in {@link PlainConvolutionLowering#layout} the
     * weights of a tap are one piece.
     */
    static LoweredOp clear(ConvolutionOp.BackwardWeights op, OneDnnKernels kernels, ParameterMemory parameters) {
        Tensor gradient = op.weightsGradient();
        ParameterMemory.Slot slot = parameters.slot(gradient);
        if (!slot.layout().equals(PlainConvolutionLowering.layout(kernels, slot))) {
            throw new IllegalStateException("the taps of " + gradient + " do not stand in one piece each");
        }
        return new PassLowering(plan -> {
            ParameterMemory.Place place = parameters.partial(gradient, plan.slice().worker());
            MemorySegment[] taps = taps(op.spec(), op.input(), place.block().asSlice(place.offset(), slot.bytes()));
            return (_, _) -> {
                for (MemorySegment tap : taps) {
                    tap.fill((byte) 0);
                }
            };
        });
    }

    private static MemorySegment[] taps(ConvolutionSpec spec, Tensor images, MemorySegment gradient) {
        long bytes = gradient.byteSize() / spec.kernel() / spec.kernel();
        List<MemorySegment> idle = new ArrayList<>();
        for (int row = 0; row < spec.kernel(); row++) {
            for (int column = 0; column < spec.kernel(); column++) {
                if (spec.isIdle(row, images.shape().dim(1)) || spec.isIdle(column, images.shape().dim(2))) {
                    idle.add(gradient.asSlice((row * spec.kernel() + column) * bytes, bytes));
                }
            }
        }
        return idle.toArray(MemorySegment[]::new);
    }
}
