package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.op.ConvolutionOp;
import dev.lethe.kernels.op.LinearOp;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.op.PoolOp;
import dev.lethe.kernels.simd.product.WeightOrder;
import dev.lethe.kernels.simd.product.WeightShape;
import dev.lethe.kernels.simd.winograd.WinogradTiles;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.LoweredSequence;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.lower.WinogradProducts;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import dev.lethe.nativelib.cpu.memory.WeightLayout;
import dev.lethe.nativelib.cpu.team.BatchSlice;
import dev.lethe.nativelib.cpu.team.WorkerOp;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;

/** The primitives of one program, with Lethe's own passes for convolutions that oneDNN computes wrongly. */
final class OneDnnKernels implements ProductKernels {
    private final engine engine;
    private final NativeHandles handles = new NativeHandles();
    private final stream callerStream;
    private final List<stream> streams = new ArrayList<>();

    OneDnnKernels(engine engine, int workers) {
        this.engine = engine;
        OpenMp.useCallingThreadOnly();
        try (PointerScope _ = new PointerScope()) {
            callerStream = handles.own(new stream(engine));
            for (int worker = 0; worker < workers; worker++) {
                streams.add(handles.own(new stream(engine)));
            }
        }
    }

    engine engine() {
        return engine;
    }

    NativeHandles handles() {
        return handles;
    }

    stream stream(int worker) {
        return streams.get(worker);
    }

    @Override
    public Making making() {
        OpenMp.useCallingThreadOnly(); // primitives are made for the number of threads that will run them
        PointerScope scope = new PointerScope();
        return scope::close;
    }

    private OneDnnLayout layout(memory.desc descriptor) {
        return new OneDnnLayout(handles.own(descriptor));
    }

    @Override
    public WeightLayout ordered(WeightShape shape, WeightOrder order) {
        return layout(Descriptors.ordered(shape, order));
    }

    @Override
    public WeightLayout preferred(Op op, int examples) {
        PrimitiveDescriptors primitives = new PrimitiveDescriptors(engine, examples);
        return switch (op) {
            case ConvolutionOp.Forward f when OneDnnFaults.computesWrongly(f) ->
                ordered(WeightShape.of(f.spec()), WeightOrder.OUTPUTS_LAST);
            case ConvolutionOp.BackwardData d when OneDnnFaults.computesWrongly(d) ->
                ordered(WeightShape.of(d.spec()), WeightOrder.OUTPUTS_LAST);
            case ConvolutionOp.BackwardWeights w when OneDnnFaults.computesWrongly(w)
                    || OneDnnFaults.leavesIdleTapsUnset(w) ->
                ordered(WeightShape.of(w.spec()), WeightOrder.OUTPUTS_LAST);
            case ConvolutionOp.Forward f -> ofFloats(primitives.convolutionForward(f.spec(), f.input(), f.output(),
                    f.bias().isPresent(), f.activation()).weights_desc(), WeightShape.of(f.spec()));
            case ConvolutionOp.BackwardData d -> ofFloats(primitives.convolutionBackwardData(d.spec(),
                    d.inputGradient(), d.outputGradient()).weights_desc(), WeightShape.of(d.spec()));
            case ConvolutionOp.BackwardWeights w -> ofFloats(primitives.convolutionBackwardWeights(w.spec(), w.input(),
                    w.outputGradient(), w.biasGradient().isPresent()).diff_weights_desc(), WeightShape.of(w.spec()));
            case LinearOp.Forward f -> ofFloats(primitives.linearForward(f.input(), f.output(), f.bias().isPresent(),
                    f.activation()).weights_desc(),
                    WeightShape.linear(f.input().shape(), f.output().shape().dim(1)));
            case LinearOp.BackwardData d -> ofFloats(primitives.linearBackwardData(d.inputGradient(),
                    d.outputGradient()).weights_desc(),
                    WeightShape.linear(d.inputGradient().shape(), d.outputGradient().shape().dim(1)));
            case LinearOp.BackwardWeights w -> ofFloats(primitives.linearBackwardWeights(w.input(),
                    w.outputGradient(), w.biasGradient().isPresent()).diff_weights_desc(),
                    WeightShape.linear(w.input().shape(), w.outputGradient().shape().dim(1)));
            default -> throw new IllegalArgumentException("no weights in " + op);
        };
    }

    /** Returns the layout that a primitive prefers if it is one of floats, as parameters are. */
    private WeightLayout ofFloats(memory.desc preferred, WeightShape shape) {
        return preferred.get_data_type().intern() == memory.data_type.f32 ? layout(preferred) : plain(shape);
    }

    @Override
    public LoweredOp lower(Op op, ParameterMemory parameters, BatchSlice slice) {
        PlainConvolutionLowering plain = new PlainConvolutionLowering(this, parameters, slice.examples());
        PrimitiveChoice primitives = new PrimitiveChoice(this, parameters, slice.examples());
        return switch (op) {
            case ConvolutionOp.Forward f when OneDnnFaults.computesWrongly(f) -> plain.forward(f);
            case ConvolutionOp.BackwardData d when OneDnnFaults.computesWrongly(d) -> plain.backwardData(d);
            case ConvolutionOp.BackwardWeights w when OneDnnFaults.computesWrongly(w) -> plain.backwardWeights(w);
            case ConvolutionOp.BackwardWeights w when OneDnnFaults.leavesIdleTapsUnset(w) -> new LoweredSequence(
                    List.of(primitives.convolutionBackwardWeights(w), IdleTaps.clear(w, this, parameters)));
            case ConvolutionOp.Forward forward -> primitives.convolutionForward(forward);
            case ConvolutionOp.BackwardData data -> primitives.convolutionBackwardData(data);
            case ConvolutionOp.BackwardWeights weights -> primitives.convolutionBackwardWeights(weights);
            case LinearOp.Forward forward -> primitives.linearForward(forward);
            case LinearOp.BackwardData data -> primitives.linearBackwardData(data);
            case LinearOp.BackwardWeights weights -> primitives.linearBackwardWeights(weights);
            case PoolOp.MaxForward forward -> primitives.maxPoolForward(forward);
            case PoolOp.MaxBackward backward -> primitives.maxPoolBackward(backward);
            default -> throw new IllegalArgumentException("oneDNN multiplies nothing in " + op);
        };
    }

    @Override
    public WinogradProducts forwardProducts(WinogradTiles tiles, int group) {
        return OneDnnWinogradProducts.forward(this, tiles, group);
    }

    @Override
    public WinogradProducts gradientProducts(WinogradTiles tiles, int group) {
        return OneDnnWinogradProducts.gradient(this, tiles, group);
    }

    @Override
    public WorkerOp copy(WeightLayout from, ParameterMemory.Place source, WeightLayout to,
            ParameterMemory.Place target, int worker) {
        return reorder(handles, stream(worker), from, source, to, target);
    }

    @Override
    public void copyNow(WeightLayout from, ParameterMemory.Place source, WeightLayout to,
            ParameterMemory.Place target) {
        OpenMp.useCallingThreadOnly();
        try (PointerScope _ = new PointerScope(); NativeHandles once = new NativeHandles()) {
            reorder(once, callerStream, from, source, to, target).run(0, 0);
        }
    }

    private PrimitiveCall reorder(NativeHandles owner, stream stream, WeightLayout from, ParameterMemory.Place source,
            WeightLayout to, ParameterMemory.Place target) {
        return PrimitiveCall.reorder(engine, owner, stream, OneDnnLayout.of(from), NativeAddress.of(source),
                OneDnnLayout.of(to), NativeAddress.of(target));
    }

    @Override
    public void close() {
        handles.close();
    }
}
