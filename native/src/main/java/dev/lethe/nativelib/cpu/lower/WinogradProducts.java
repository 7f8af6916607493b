package dev.lethe.nativelib.cpu.lower;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.onednn.NativeAddress;
import dev.lethe.nativelib.cpu.onednn.NativeHandles;
import dev.lethe.nativelib.cpu.onednn.PrimitiveCall;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The products of Winograd's convolution, one matrix product a point, as oneDNN's batched matrix product.
 *
 * @param points how many
 * @param tiles rows of each: tiles of a group
 * @param inputs padded channels before
 * @param outputs padded channels behind
 */
record WinogradProducts(int points, int tiles, int inputs, int outputs) {
    /** Between the points of one tile: planes a power of two apart would fall on the same places of the caches. */
    private static final long GAP = ArenaPlanner.ALIGNMENT;

    static WinogradProducts of(WinogradTiles tiles, int group) {
        return new WinogradProducts(tiles.points(), group, WinogradTiles.padded(tiles.inputChannels()),
                WinogradTiles.padded(tiles.outputChannels()));
    }

    /** Bytes from a point of a group's inputs to the next. */
    long inputPlane() {
        return (long) tiles * inputs * Float.BYTES + GAP;
    }

    /** The same of its outputs. */
    long outputPlane() {
        return (long) tiles * outputs * Float.BYTES + GAP;
    }

    /** The same of weights. */
    long weightPlane() {
        return (long) inputs * outputs * Float.BYTES + GAP;
    }

    long inputBytes() {
        return points * inputPlane();
    }

    long outputBytes() {
        return points * outputPlane();
    }

    long weightBytes() {
        return points * weightPlane();
    }

    private static memory.desc matrices(long count, long rows, long columns, long plane, long row, long column) {
        return new memory.desc(new long[]{count, rows, columns}, memory.data_type.f32,
                new long[]{plane / Float.BYTES, row, column});
    }

    /** {@code outputs = inputs * weights}. */
    PrimitiveCall forward(engine engine, NativeHandles handles, WorkerPlan plan, NativeAddress from,
            NativeAddress weights, NativeAddress to) {
        return call(engine, handles, plan, false, matrices(points, tiles, inputs, inputPlane(), inputs, 1), from,
                matrices(points, inputs, outputs, weightPlane(), outputs, 1), weights,
                matrices(points, tiles, outputs, outputPlane(), outputs, 1), to);
    }

    /**
     * {@code weights = transpose(inputs) * outputs}.
     *
     * @param added to what is there
     */
    PrimitiveCall gradient(engine engine, NativeHandles handles, WorkerPlan plan, boolean added, NativeAddress from,
            NativeAddress outputGradients, NativeAddress to) {
        return call(engine, handles, plan, added, matrices(points, inputs, tiles, inputPlane(), 1, inputs), from,
                matrices(points, tiles, outputs, outputPlane(), outputs, 1), outputGradients,
                matrices(points, inputs, outputs, weightPlane(), outputs, 1), to);
    }

    private static PrimitiveCall call(engine engine, NativeHandles handles, WorkerPlan plan, boolean added,
            memory.desc left, NativeAddress leftAt, memory.desc right, NativeAddress rightAt, memory.desc result,
            NativeAddress resultAt) {
        primitive_attr attributes = new primitive_attr();
        if (added) {
            post_ops sum = new post_ops();
            sum.append_sum(1, 0, memory.data_type.undef);
            attributes.set_post_ops(sum);
        }
        matmul made = new matmul(new matmul.primitive_desc(engine, left, right, result, attributes, false));
        PrimitiveCall call = new PrimitiveCall(handles, made, plan.stream(), 3);
        call.argument(dnnl.DNNL_ARG_SRC, new memory(left, engine, leftAt));
        call.argument(dnnl.DNNL_ARG_WEIGHTS, new memory(right, engine, rightAt));
        call.argument(dnnl.DNNL_ARG_DST, new memory(result, engine, resultAt));
        return call;
    }
}
