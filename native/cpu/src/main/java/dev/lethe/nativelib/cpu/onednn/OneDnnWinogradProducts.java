package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.simd.Panels;
import dev.lethe.kernels.simd.winograd.PointMatrices;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.lower.WinogradProducts;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The products of Winograd's convolution by oneDNN's batched matrix product, with all matrices in row-major order.
 *
 * @param kernels kernels of the program
 * @param gradient whether these are the products of the gradient of weights
 * @param inputs (tile, padded input channel)
 * @param outputs (tile, padded output channel)
 * @param weights (padded input channel, padded output channel)
 */
record OneDnnWinogradProducts(OneDnnKernels kernels, boolean gradient, PointMatrices inputs, PointMatrices outputs,
        PointMatrices weights) implements WinogradProducts {
    static OneDnnWinogradProducts forward(OneDnnKernels kernels, WinogradTiles tiles, int group) {
        return of(kernels, false, tiles, group);
    }

    static OneDnnWinogradProducts gradient(OneDnnKernels kernels, WinogradTiles tiles, int group) {
        return of(kernels, true, tiles, group);
    }

    private static OneDnnWinogradProducts of(OneDnnKernels kernels, boolean gradient, WinogradTiles tiles, int group) {
        int inputs = Panels.padded(tiles.inputChannels());
        int outputs = Panels.padded(tiles.outputChannels());
        return new OneDnnWinogradProducts(kernels, gradient,
                new PointMatrices(tiles.points(), Panels.rowMajor(group, inputs)),
                new PointMatrices(tiles.points(), Panels.rowMajor(group, outputs)),
                new PointMatrices(tiles.points(), Panels.rowMajor(inputs, outputs)));
    }

    private static memory.desc descriptor(PointMatrices matrices) {
        long columns = matrices.matrix().columns();
        return descriptor(matrices, matrices.matrix().rows(), columns, columns, 1);
    }

    private static memory.desc transposed(PointMatrices matrices) {
        long columns = matrices.matrix().columns();
        return descriptor(matrices, columns, matrices.matrix().rows(), 1, columns);
    }

    private static memory.desc descriptor(PointMatrices matrices, long rows, long columns, long row, long column) {
        return new memory.desc(new long[]{matrices.points(), rows, columns}, memory.data_type.f32,
                new long[]{matrices.plane() / Float.BYTES, row, column});
    }

    @Override
    public WorkerOp multiply(WorkerPlan plan, ParameterMemory.Place input, ParameterMemory.Place output,
            ParameterMemory.Place weight, boolean added) {
        int worker = plan.slice().worker();
        return gradient
                ? call(worker, added, transposed(inputs), input, descriptor(outputs), output, descriptor(weights),
                        weight)
                : call(worker, added, descriptor(inputs), input, descriptor(weights), weight, descriptor(outputs),
                        output);
    }

    private PrimitiveCall call(int worker, boolean added, memory.desc left, ParameterMemory.Place leftAt,
            memory.desc right, ParameterMemory.Place rightAt, memory.desc result, ParameterMemory.Place resultAt) {
        primitive_attr attributes = new primitive_attr();
        if (added) {
            post_ops sum = new post_ops();
            sum.append_sum(1, 0, memory.data_type.undef);
            attributes.set_post_ops(sum);
        }
        matmul made = new matmul(new matmul.primitive_desc(kernels.engine(), left, right, result, attributes, false));
        PrimitiveCall call = new PrimitiveCall(kernels.handles(), made, kernels.stream(worker), 3);
        call.argument(dnnl.DNNL_ARG_SRC, new memory(left, kernels.engine(), NativeAddress.of(leftAt)));
        call.argument(dnnl.DNNL_ARG_WEIGHTS, new memory(right, kernels.engine(), NativeAddress.of(rightAt)));
        call.argument(dnnl.DNNL_ARG_DST, new memory(result, kernels.engine(), NativeAddress.of(resultAt)));
        return call;
    }
}
