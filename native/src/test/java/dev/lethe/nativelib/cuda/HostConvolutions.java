package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.lethe.kernels.BFloat16;
import dev.lethe.kernels.ConvolutionChoice;
import dev.lethe.kernels.DType;
import dev.lethe.nativelib.cuda.ConvolutionProblem.Part;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Convolutions on memory of the host as cuDNN defines them: loops, sums in floats. */
@SuppressWarnings("restricted")
final class HostConvolutions implements DeviceConvolutions {
    @Override
    public String name() {
        return "loops";
    }

    @Override
    public Prepared prepare(ConvolutionProblem problem, ConvolutionChoice choice) {
        return new Prepared() {
            @Override
            public long workspaceBytes() {
                return 64; // to see that it is given
            }

            @Override
            public DeviceCall on(long images, long filters, long results, long workspace) {
                return () -> run(problem, images, filters, results);
            }
        };
    }

    private static float[] load(long address, DType type, long elements) {
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(elements * type.bytes());
        float[] values = new float[Math.toIntExact(elements)];
        for (int i = 0; i < values.length; i++) {
            values[i] = type == DType.BF16
                    ? BFloat16.value(memory.getAtIndex(JAVA_SHORT, i))
                    : memory.getAtIndex(JAVA_FLOAT, i);
        }
        return values;
    }

    private static void store(float[] values, long address, DType type) {
        MemorySegment memory = MemorySegment.ofAddress(address).reinterpret((long) values.length * type.bytes());
        for (int i = 0; i < values.length; i++) {
            if (type == DType.BF16) {
                memory.setAtIndex(JAVA_SHORT, i, BFloat16.bits(values[i]));
            } else {
                memory.setAtIndex(JAVA_FLOAT, i, values[i]);
            }
        }
    }

    private static void run(ConvolutionProblem problem, long images, long filters, long results) {
        float[] x = load(images, problem.type(), problem.inputElements());
        float[] w = load(filters, problem.type(), problem.weightElements());
        float[] y = load(results, problem.type(), problem.outputElements());
        float[] result = switch (problem.part()) {
            case FORWARD -> y;
            case DATA -> x;
            case WEIGHTS -> w;
        };
        Arrays.fill(result, 0);
        loop(problem, x, w, y);
        store(result, switch (problem.part()) {
            case FORWARD -> results;
            case DATA -> images;
            case WEIGHTS -> filters;
        }, problem.type());
    }

    private static void loop(ConvolutionProblem p, float[] x, float[] w, float[] y) {
        int inputs = p.channels() / p.groups();
        for (int o = 0; o < y.length; o++) {
            int channel = o % p.outputs();
            int column = o / p.outputs() % p.outputWidth();
            int row = o / p.outputs() / p.outputWidth() % p.outputHeight();
            int n = o / p.outputs() / p.outputWidth() / p.outputHeight();
            int first = channel / (p.outputs() / p.groups()) * inputs;
            for (int r = 0; r < p.kernelHeight(); r++) {
                int h = row * p.stride() - p.padding() + r * p.dilation();
                for (int s = 0; s < p.kernelWidth(); s++) {
                    int v = column * p.stride() - p.padding() + s * p.dilation();
                    if (h < 0 || h >= p.height() || v < 0 || v >= p.width()) {
                        continue;
                    }
                    int image = ((n * p.height() + h) * p.width() + v) * p.channels() + first;
                    int filter = ((channel * p.kernelHeight() + r) * p.kernelWidth() + s) * inputs;
                    for (int i = 0; i < inputs; i++) {
                        if (p.part() == Part.FORWARD) {
                            y[o] += x[image + i] * w[filter + i];
                        } else if (p.part() == Part.DATA) {
                            x[image + i] += y[o] * w[filter + i];
                        } else {
                            w[filter + i] += x[image + i] * y[o];
                        }
                    }
                }
            }
        }
    }
}
