package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.nativelib.cpu.team.WorkerOp;
import dev.lethe.nativelib.ffm.NativeException;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;

/** A primitive with its stream and its argument list, ready to run through the C interface, which copies nothing. */
final class PrimitiveCall implements WorkerOp {
    private final NativeHandles handles;
    private final dnnl_primitive primitive;
    private final dnnl_stream stream;
    private final dnnl_exec_arg_t arguments;
    private int count;

    /**
     * Prepares a primitive with room for its arguments.
     *
     * @param handles owner of the primitive and its argument list
     * @param arguments number of arguments that will be set
     */
    public PrimitiveCall(NativeHandles handles, primitive made, stream stream, int arguments) {
        this.handles = handles;
        primitive = handles.own(handles.own(made).get());
        this.stream = handles.own(stream.get());
        this.arguments = handles.own(new dnnl_exec_arg_t(arguments));
    }

    /** Prepares a copy from one layout into another. */
    public static PrimitiveCall reorder(engine engine, NativeHandles handles, stream stream, memory.desc from,
            NativeAddress source, memory.desc to, NativeAddress target) {
        reorder made = new reorder(new reorder.primitive_desc(engine, from, engine, to));
        PrimitiveCall call = new PrimitiveCall(handles, made, stream, 2);
        call.argument(dnnl.DNNL_ARG_SRC, new memory(from, engine, source));
        call.argument(dnnl.DNNL_ARG_DST, new memory(to, engine, target));
        return call;
    }

    /**
     * Sets the next argument.
     *
     * @param id constant of oneDNN's {@code DNNL_ARG}
     */
    public void argument(int id, memory value) {
        arguments.position(count).arg(id).memory(handles.own(value).get());
        arguments.position(0);
        count++;
    }

    @Override
    public void run(int position, int step) {
        int status = dnnl.dnnl_primitive_execute(primitive, stream, count, arguments);
        if (status != dnnl.dnnl_success) {
            throw new NativeException("oneDNN could not run a primitive: status=" + status);
        }
    }
}
