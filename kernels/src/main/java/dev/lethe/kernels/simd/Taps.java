package dev.lethe.kernels.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * The pairs of a kernel's taps and the sources under them, along one dimension of a convolution. For target coordinate
 * {@code t}, tap {@code firstTap[t] + i * tapStep} lies on source {@code firstSource[t] + i * sourceStep}, for
 * {@code i < count[t]}; all other taps lie on padding.
 *
 * @param firstTap (targets): first tap of each target that lies on a source
 * @param firstSource (targets): source under that tap
 * @param count (targets): number of taps of each target that lie on a source
 * @param tapStep taps from one pair to the next, the same for all targets
 * @param sourceStep sources from one pair to the next, the same for all targets
 */
public record Taps(int[] firstTap, int[] firstSource, int[] count, int tapStep, int sourceStep) {
    /** A tap and the source under it. */
    private record Pair(int tap, int source) {}

    /** Returns the pairs whose targets are the outputs of a convolution and whose sources are its inputs. */
    public static Taps forward(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
        List<List<Pair>> pairs = new ArrayList<>();
        for (int output = 0; output < outputs; output++) {
            List<Pair> found = new ArrayList<>();
            for (int tap = 0; tap < kernel; tap++) {
                int input = output * stride - padding + tap * dilation;
                if (input >= 0 && input < inputs) {
                    found.add(new Pair(tap, input));
                }
            }
            pairs.add(found);
        }
        return of(pairs);
    }

    /** Returns the pairs whose targets are the inputs and whose sources are the outputs, for gradients of inputs. */
    public static Taps backward(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
        List<List<Pair>> pairs = new ArrayList<>();
        for (int input = 0; input < inputs; input++) {
            List<Pair> found = new ArrayList<>();
            for (int tap = 0; tap < kernel; tap++) {
                int scaled = input + padding - tap * dilation;
                if (scaled >= 0 && scaled % stride == 0 && scaled / stride < outputs) {
                    found.add(new Pair(tap, scaled / stride));
                }
            }
            pairs.add(found);
        }
        return of(pairs);
    }

    /** Packs pairs, which are evenly spaced with the same spacing for all targets. */
    private static Taps of(List<List<Pair>> pairs) {
        int targets = pairs.size();
        int[] firstTap = new int[targets]; // (targets)
        int[] firstSource = new int[targets]; // (targets)
        int[] count = new int[targets]; // (targets)
        int tapStep = 1;
        int sourceStep = 1;
        for (int target = 0; target < targets; target++) {
            List<Pair> found = pairs.get(target);
            count[target] = found.size();
            if (!found.isEmpty()) {
                firstTap[target] = found.getFirst().tap;
                firstSource[target] = found.getFirst().source;
            }
            if (found.size() > 1) {
                tapStep = found.get(1).tap - found.get(0).tap;
                sourceStep = found.get(1).source - found.get(0).source;
            }
        }
        return new Taps(firstTap, firstSource, count, tapStep, sourceStep);
    }

    /** Returns the tap of a target's pair. */
    int tap(int target, int pair) {
        return firstTap[target] + pair * tapStep;
    }

    /** Returns the source of a target's pair. */
    int source(int target, int pair) {
        return firstSource[target] + pair * sourceStep;
    }

    /** Returns the number of targets. */
    public int targets() {
        return count.length;
    }
}
