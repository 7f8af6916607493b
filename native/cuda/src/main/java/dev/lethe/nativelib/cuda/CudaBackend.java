package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.OpenPrograms;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.DType;
import java.util.OptionalLong;
import java.util.Set;

/** The GPU backend, on one device. Programs of one backend share its queue of work and take turns. */
final class CudaBackend implements Backend {
    static final String NAME = "cudnn";

    private static final long RESERVE = 1L << 30; // for what the driver and cuDNN take as they go

    private final Device device;
    private final long reserve;
    private final OpenPrograms programs = new OpenPrograms();
    private boolean closed;

    /**
     * Makes a backend.
     *
     * @param device device that is closed with the backend
     */
    CudaBackend(Device device) {
        this(device, RESERVE);
    }

    /**
     * Makes a backend with another reserve.
     *
     * @param device device that is closed with the backend
     * @param reserve bytes that images leave free on the device
     */
    CudaBackend(Device device, long reserve) {
        this.device = device;
        this.reserve = reserve;
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo(NAME, device.name(), device.architecture(), device.convolutions().name(), 1,
                device.hasBFloat16() ? Set.of(DType.F32, DType.BF16) : Set.of(DType.F32), false);
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        return device.hasBFloat16() ? DType.BF16 : DType.F32;
    }

    @Override
    public CudaProgram compile(ProgramSpec spec) {
        synchronized (device) {
            requireOpen();
            spec.activationTypes().forEach(info()::requireActivations);
            return programs.add(new CudaProgram(spec, device, reserve));
        }
    }

    @Override
    public OptionalLong freeMemory() {
        synchronized (device) {
            requireOpen();
            return OptionalLong.of(device.freeMemory());
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this " + NAME + " backend is closed");
        }
    }

    @Override
    public void close() {
        synchronized (device) {
            if (!closed) {
                closed = true;
                try (device) { // closed whatever happens to the programs
                    programs.close();
                }
            }
        }
    }
}
