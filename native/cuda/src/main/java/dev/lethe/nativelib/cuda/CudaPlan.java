package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled plan. The device itself counts positions and steps, so that consecutive batches need one call of the
 * driver each and, except for images that do not fit on the device, no data from the host.
 */
final class CudaPlan implements Plan {
    /** The run that is timed: everything is loaded, and the device has warmed up. */
    static final int PROFILED_RUN = 20;

    private final PlanSpec spec;
    private final ArenaPlanner.Layout layout;
    private final Device device;
    private final BoundTables tables;
    private final List<StreamedImages> streamed;
    private final List<DeviceCall> calls;
    private final long place;
    private @Nullable Recording recording; // made when everything is bound
    private int nextPosition;
    private int nextStep;
    private int runs; // counted where a profile is wanted
    private boolean closed;

    /**
     * Makes a plan.
     *
     * @param layout places of activations and scratch memory
     * @param streamed images that are sent before each run
     * @param place address of position and step on the device, both 0
     */
    CudaPlan(PlanSpec spec, ArenaPlanner.Layout layout, Device device, BoundTables tables,
            List<StreamedImages> streamed, List<DeviceCall> calls, long place) {
        this.spec = spec;
        this.layout = layout;
        this.device = device;
        this.tables = tables;
        this.streamed = streamed;
        this.calls = List.copyOf(calls);
        this.place = place;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public int batch() {
        return spec.batch();
    }

    boolean uses(Tensor tensor) {
        return spec.tensors().contains(tensor);
    }

    /** Returns the places of its activations and scratch memory in the memory of activations. */
    ArenaPlanner.Layout layout() {
        return layout;
    }

    /** Returns the calls that a run does. */
    List<DeviceCall> calls() {
        return calls;
    }

    @Override
    public void run(int position, int step) {
        synchronized (device) {
            if (closed) {
                throw CudaProgram.closed();
            }
            if (recording == null) {
                tables.requireBound(spec);
                recording = device.record(calls);
            }
            if (position != nextPosition) {
                device.store(place, position);
            }
            if (step != nextStep) {
                device.store(place + Integer.BYTES, step);
            }
            for (StreamedImages images : streamed) {
                images.send(position, spec.batch());
            }
            if (device.profile().isPresent() && ++runs == PROFILED_RUN) {
                new StepProfile(spec.name(), calls, device.times(calls)).appendTo(device.profile().get());
            } else {
                recording.run();
            }
            streamed.forEach(StreamedImages::done);
            nextPosition = position + spec.batch();
            nextStep = step + 1;
        }
    }

    /** Refuses later runs, whose memory is freed. */
    void close() {
        closed = true;
        if (recording != null) {
            recording.close();
        }
    }
}
