package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.cpu.lower.ProductKernels;
import dev.lethe.nativelib.cpu.lower.ProductLibrary;
import java.util.Set;
import org.bytedeco.dnnl.engine;

/** The primitives of oneDNN, each of which runs on the thread that calls it. */
public final class OneDnnProducts implements ProductLibrary {
    private final engine cpu = new engine(engine.kind.cpu, 0);

    @Override
    public String version() {
        return "oneDNN " + OneDnnLibrary.version();
    }

    @Override
    public String owner() {
        return "oneDNN's";
    }

    @Override
    public String instructionSet() {
        return OneDnnLibrary.instructionSet();
    }

    @Override
    public Set<DType> activationTypes() {
        return OneDnnLibrary.multipliesBFloat16s() ? Set.of(DType.F32, DType.BF16) : Set.of(DType.F32);
    }

    @Override
    public void prepareThread() {
        OpenMp.useCallingThreadOnly();
    }

    @Override
    public ProductKernels kernels(int workers) {
        return new OneDnnKernels(cpu, workers);
    }

    @Override
    public void close() {
        cpu.close();
    }
}
