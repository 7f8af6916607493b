package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.DType;
import java.util.OptionalLong;

/** The GPU backend on a {@link GuardedDevice}, which it tells where the tensors of its programs are. */
final class GuardedHost implements Backend {
    private final GuardedDevice device;
    private final CudaBackend backend;

    GuardedHost(GuardedDevice device) {
        this.device = device;
        backend = new CudaBackend(device);
    }

    /**
     * Makes a backend with another reserve.
     *
     * @param reserve bytes that images leave free on the device
     */
    GuardedHost(GuardedDevice device, long reserve) {
        this.device = device;
        backend = new CudaBackend(device, reserve);
    }

    /** Returns the number of runs that were watched. */
    int watchedRuns() {
        return device.watchedRuns();
    }

    @Override
    public BackendInfo info() {
        return backend.info();
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        return backend.fastestActivations(floats);
    }

    @Override
    public Program compile(ProgramSpec spec) {
        synchronized (device) {
            CudaProgram program = backend.compile(spec);
            device.watch(program, spec);
            return program;
        }
    }

    @Override
    public OptionalLong freeMemory() {
        return backend.freeMemory();
    }

    @Override
    public void close() {
        backend.close();
    }
}
