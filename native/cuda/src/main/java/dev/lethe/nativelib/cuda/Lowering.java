package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The common part of the classes that lower a plan's operations to calls: it finds the addresses of tensors and
 * launches kernels.
 *
 * @param device device of the calls
 * @param arguments arena of the arguments of kernels
 * @param place address of the plan's place, see {@code common.cu}
 */
record Lowering(Device device, Arena arguments, StorageLayouts layouts, ParameterBlocks parameters, BoundTables tables,
        PlanMemory memory, long place) {
    private static final int BFLOAT16_LANES = 8; // as in common.cu
    private static final int FLOAT_LANES = 4;

    /** Returns the address of any tensor. */
    long of(Tensor tensor) {
        return switch (tensor.role()) {
            case DATA, RESULT -> tables.address(tensor);
            case PARAMETER, GRADIENT, STATE -> parameters.address(tensor);
            case ACTIVATION -> memory.of(tensor);
        };
    }

    KernelArguments structure() {
        return KernelArguments.in(arguments);
    }

    /**
     * Returns the call of a kernel.
     *
     * @param moved tensors of the batch's size that the kernel reads and writes
     */
    DeviceCall call(String kernel, Grid grid, KernelArguments with, Tensor... moved) {
        MemorySegment structure = with.build();
        device.load(kernel);
        return new KernelCall(device, kernel, grid, structure, Arrays.stream(moved).mapToLong(Tensor::bytes).sum());
    }

    List<DeviceCall> calls(String kernel, Grid grid, KernelArguments with, Tensor... moved) {
        return List.of(call(kernel, grid, with, moved));
    }

    /** Returns the call of a kernel whose threads take one item after the other until none is left. */
    DeviceCall over(long items, String kernel, KernelArguments with, Tensor... moved) {
        device.load(kernel);
        return call(kernel, Grid.over(device, kernel, items), with, moved);
    }

    /** Returns the name of the variant of a kernel for a type. */
    static String variant(String kernel, DType type) {
        return kernel + "_" + type.label();
    }

    /**
     * Returns the name of the variant for a type and a number of channels: it takes several channels at a time if they
     * are a multiple of that.
     */
    static String byLanes(String kernel, DType type, int channels) {
        return variant(kernel, type) + (lanes(type, channels) == 1 ? "" : "_wide");
    }

    /** Returns the number of channels that a thread handles at a time. */
    static int lanes(DType type, int channels) {
        int most = type == DType.BF16 ? BFLOAT16_LANES : FLOAT_LANES;
        return channels % most == 0 ? most : 1;
    }

    static int channels(Tensor tensor) {
        Shape shape = tensor.shape();
        return shape.dim(shape.rank() - 1);
    }

    static long rows(Tensor tensor) {
        return tensor.shape().elements() / channels(tensor);
    }
}
