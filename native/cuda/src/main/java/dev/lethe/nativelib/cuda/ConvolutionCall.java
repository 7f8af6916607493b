package dev.lethe.nativelib.cuda;

import java.util.Locale;

/** A call of the device's library for a convolution. */
record ConvolutionCall(ConvolutionProblem problem, DeviceCall call) implements DeviceCall {
    @Override
    public void enqueue() {
        call.enqueue();
    }

    @Override
    public String kind() {
        return "convolution " + problem.part().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public long bytes() {
        return (problem.inputElements() + problem.weightElements() + problem.outputElements()) * problem.type().bytes();
    }

    @Override
    public long operations() {
        return 2 * problem.outputElements() * problem.kernelHeight() * problem.kernelWidth() * problem.channels()
                / problem.groups();
    }

    @Override
    public String toString() {
        return problem.toString();
    }
}
