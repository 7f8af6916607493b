package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ResourceStack;
import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.Pointer;

/** The target of cuDNN's plans: a device, or the description of one, for which plans cannot run. */
final class CudnnTarget implements AutoCloseable {
    private final Optional<cudnnContext> context;
    private final Optional<CudnnDescriptor> description;

    private CudnnTarget(Optional<cudnnContext> context, Optional<CudnnDescriptor> description) {
        this.context = context;
        this.description = description;
    }

    /** A JavaCPP pointer to a stream of the driver. */
    private static final class Stream extends CUstream_st {
        Stream(MemorySegment stream) {
            super((Pointer) null);
            address = stream.address();
        }
    }

    /** Returns the device whose context is current, with a stream on it. */
    static CudnnTarget device(MemorySegment stream) {
        cudnnContext context = new cudnnContext();
        CudnnDescriptor.check("cudnnCreate", cudnn.cudnnCreate(context));
        CudnnTarget target = new CudnnTarget(Optional.of(context), Optional.empty());
        try (ResourceStack opening = new ResourceStack()) {
            opening.own(target, CudnnTarget::close);
            CudnnDescriptor.check("cudnnSetStream", cudnn.cudnnSetStream(context, new Stream(stream)));
            opening.keep();
        }
        return target;
    }

    /**
     * Returns a device by cuDNN's description.
     *
     * @param properties description in JSON, as cuDNN 9.8 and later write it
     */
    static CudnnTarget described(String properties) {
        return new CudnnTarget(Optional.empty(),
                Optional.of(new CudnnDescriptor(cudnn.CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR)
                        .text(cudnn.CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, properties).finish()));
    }

    void describeGraph(CudnnDescriptor graph) {
        context.ifPresent(handle -> graph.handle(cudnn.CUDNN_ATTR_OPERATIONGRAPH_HANDLE, handle));
    }

    void describeHeuristics(CudnnDescriptor heuristics) {
        description.ifPresent(it -> heuristics.descriptor(cudnn.CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, it));
    }

    void describePlan(CudnnDescriptor plan) {
        context.ifPresent(handle -> plan.handle(cudnn.CUDNN_ATTR_EXECUTION_PLAN_HANDLE, handle));
        description.ifPresent(it -> plan.descriptor(cudnn.CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, it));
    }

    /** Hands a plan with its memory to the device. */
    void execute(CudnnDescriptor plan, CudnnDescriptor memory) {
        cudnnContext handle = context.orElseThrow(() -> new NativeException("no device is there to run a plan"));
        CudnnDescriptor.check("cudnnBackendExecute", cudnn.cudnnBackendExecute(handle, plan.handle(),
                memory.handle()));
    }

    @Override
    public void close() {
        context.ifPresent(handle -> CudnnDescriptor.check("cudnnDestroy", cudnn.cudnnDestroy(handle)));
        description.ifPresent(CudnnDescriptor::close);
    }
}
