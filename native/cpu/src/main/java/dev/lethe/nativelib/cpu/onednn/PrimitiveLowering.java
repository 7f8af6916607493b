package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.nativelib.cpu.lower.LoweredOp;
import dev.lethe.nativelib.cpu.lower.WorkerPlan;
import dev.lethe.nativelib.cpu.memory.ParameterMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;

/**
 * An operation that consists of one primitive, followed by a reorder if its gradient has not the parameter's layout.
 */
final class PrimitiveLowering implements LoweredOp {
    private record Argument(int id, memory.desc layout, Function<WorkerPlan, NativeAddress> place) {}

    private record Buffer(Object key, long bytes) {}

    private record Reorder(OneDnnLayout from, Object buffer, Tensor gradient) {}

    private final OneDnnKernels kernels;
    private final ParameterMemory parameters;
    private final primitive made;
    private final List<Argument> arguments = new ArrayList<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final List<Reorder> reorders = new ArrayList<>();

    PrimitiveLowering(OneDnnKernels kernels, ParameterMemory parameters, primitive_desc_base descriptor,
            primitive made) {
        this.kernels = kernels;
        this.parameters = parameters;
        this.made = made;
        memory.desc scratch = descriptor.scratchpad_desc();
        if (scratch.get_size() > 0) {
            buffer(dnnl.DNNL_ARG_SCRATCHPAD, this, scratch);
        }
    }

    /** Adds the worker's part of an activation as an argument. */
    PrimitiveLowering activation(int id, Tensor tensor, memory.desc layout) {
        arguments.add(new Argument(id, layout, plan -> NativeAddress.of(plan.place(tensor))));
        return this;
    }

    /** Adds a parameter that the primitive reads as an argument. */
    PrimitiveLowering parameter(int id, Tensor tensor, memory.desc layout) {
        arguments.add(new Argument(id, layout, _ -> NativeAddress.of(parameters.inLayout(tensor, kept(layout)))));
        return this;
    }

    /** Adds the gradient of a parameter, of which the primitive computes this worker's part, as an argument. */
    PrimitiveLowering gradient(int id, Tensor tensor, memory.desc layout) {
        ParameterMemory.Slot slot = parameters.slot(tensor);
        OneDnnLayout made = kept(layout);
        if (slot.layout().equals(made)) {
            arguments.add(new Argument(id, layout,
                    plan -> NativeAddress.of(parameters.partial(tensor, plan.slice().worker()))));
        } else {
            Object key = List.of(this, tensor);
            buffer(id, key, layout);
            reorders.add(new Reorder(made, key, tensor));
        }
        return this;
    }

    /** Adds memory of the worker as an argument; it lives from the first operation that names the key to the last. */
    PrimitiveLowering buffer(int id, Object key, memory.desc layout) {
        buffers.add(new Buffer(key, layout.get_size()));
        arguments.add(new Argument(id, layout, plan -> NativeAddress.of(plan.place(key))));
        return this;
    }

    @Override
    public void planBuffers(WorkerPlan plan, int index) {
        buffers.forEach(buffer -> plan.planner().use(buffer.key, buffer.bytes, index));
    }

    private OneDnnLayout kept(memory.desc layout) {
        return new OneDnnLayout(kernels.handles().own(layout));
    }

    @Override
    public void emit(WorkerPlan plan) {
        int worker = plan.slice().worker();
        PrimitiveCall call = new PrimitiveCall(kernels.handles(), made, kernels.stream(worker), arguments.size());
        for (Argument argument : arguments) {
            call.argument(argument.id, new memory(argument.layout, kernels.engine(), argument.place.apply(plan)));
        }
        plan.add(call);
        for (Reorder reorder : reorders) {
            plan.add(kernels.copy(reorder.from, plan.place(reorder.buffer), parameters.slot(reorder.gradient).layout(),
                    parameters.partial(reorder.gradient, worker), worker));
        }
    }
}
