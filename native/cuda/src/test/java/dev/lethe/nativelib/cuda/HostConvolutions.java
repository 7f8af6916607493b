package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.nativelib.cuda.ConvolutionProblem.Part;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Convolutions in cuDNN's definition on memory of the host: loops with sums in floats. */
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

    @Override
    public void close() {
        // holds nothing
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

    /** Runs over images or filters in parallel; each sum is made in one order. */
    private static void loop(ConvolutionProblem p, float[] x, float[] w, float[] y) {
        float[] byInput = p.part() == Part.FORWARD ? byInput(p, w) : w;
        IntConsumer part = switch (p.part()) {
            case FORWARD -> n -> taps(p, n, tap -> tap.forward(x, byInput, y));
            case DATA -> n -> taps(p, n, tap -> {
                for (int o = 0; o < p.outputs(); o++) {
                    addTimes(y[tap.result + o], w, tap.filter(o), x, tap.image(o), tap.inputs);
                }
            });
            case WEIGHTS -> o -> {
                for (int n = 0; n < p.batch(); n++) {
                    taps(p, n, tap -> addTimes(y[tap.result + o], x, tap.image(o), w, tap.filter(o), tap.inputs));
                }
            };
        };
        IntStream.range(0, p.part() == Part.WEIGHTS ? p.outputs() : p.batch()).parallel().forEach(part);
    }

    /** Computes {@code to += factor * from}, which takes nearly all of the time. */
    private static void addTimes(float factor, float[] from, int first, float[] to, int firstTo, int count) {
        for (int i = 0; i < count; i++) {
            to[firstTo + i] += factor * from[first + i];
        }
    }

    /** Returns filters as (groups, kernelHeight, kernelWidth, channels / groups, outputs / groups). */
    private static float[] byInput(ConvolutionProblem p, float[] w) {
        int outputs = p.outputs() / p.groups();
        int rows = w.length / p.outputs();
        float[] byInput = new float[w.length];
        for (int o = 0; o < p.outputs(); o++) {
            for (int i = 0; i < rows; i++) {
                byInput[(o / outputs * rows + i) * outputs + o % outputs] = w[o * rows + i];
            }
        }
        return byInput;
    }

    /** The part of one weight of each filter in one pixel of the results, for all groups. */
    private static final class Tap {
        private final ConvolutionProblem p;
        private final int inputs; // of a group, as the next
        private final int outputs;
        private final int rows; // weights of a filter
        private int image; // index of the pixel's first channel
        private int result; // of the result's
        private int weight; // in a filter

        Tap(ConvolutionProblem p) {
            this.p = p;
            inputs = p.channels() / p.groups();
            outputs = p.outputs() / p.groups();
            rows = p.kernelHeight() * p.kernelWidth() * inputs;
        }

        int filter(int output) {
            return output * rows + weight;
        }

        int image(int output) {
            return image + output / outputs * inputs;
        }

        void forward(float[] x, float[] byInput, float[] y) {
            for (int g = 0; g < p.groups(); g++) {
                for (int i = 0; i < inputs; i++) {
                    addTimes(x[image + g * inputs + i], byInput, (g * rows + weight + i) * outputs, y,
                            result + g * outputs, outputs);
                }
            }
        }
    }

    /** Visits all taps on one image, in one order. */
    private static void taps(ConvolutionProblem p, int n, Consumer<Tap> action) {
        Tap tap = new Tap(p);
        for (int o = 0; o < p.outputHeight() * p.outputWidth(); o++) {
            int row = o / p.outputWidth() * p.stride() - p.padding();
            int column = o % p.outputWidth() * p.stride() - p.padding();
            tap.result = (n * p.outputHeight() * p.outputWidth() + o) * p.outputs();
            for (int r = 0; r < p.kernelHeight(); r++) {
                for (int s = 0; s < p.kernelWidth(); s++) {
                    int h = row + r * p.dilation();
                    int v = column + s * p.dilation();
                    if (h >= 0 && h < p.height() && v >= 0 && v < p.width()) {
                        tap.image = ((n * p.height() + h) * p.width() + v) * p.channels();
                        tap.weight = (r * p.kernelWidth() + s) * tap.inputs;
                        action.accept(tap);
                    }
                }
            }
        }
    }
}
