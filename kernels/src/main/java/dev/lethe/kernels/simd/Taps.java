package dev.lethe.kernels.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * Which taps of a kernel meet which sources, along one dimension of a convolution. For target coordinate {@code t} the
 * taps {@code firstTap[t] + i * tapStep} meet the sources {@code firstSource[t] + i * sourceStep}, for
 * {@code i < count[t]}; all others meet padding.
 */
record Taps(int[] firstTap, int[] firstSource, int[] count, int tapStep, int sourceStep) {
    /** A tap and the source that it meets. */
    private record Meeting(int tap, int source) {}

    /** From the outputs of a convolution to its inputs. */
    static Taps forward(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
        List<List<Meeting>> meetings = new ArrayList<>();
        for (int output = 0; output < outputs; output++) {
            List<Meeting> met = new ArrayList<>();
            for (int tap = 0; tap < kernel; tap++) {
                int input = output * stride - padding + tap * dilation;
                if (input >= 0 && input < inputs) {
                    met.add(new Meeting(tap, input));
                }
            }
            meetings.add(met);
        }
        return of(meetings);
    }

    /** From the inputs of a convolution to its outputs, as the gradient of the input needs them. */
    static Taps backward(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
        List<List<Meeting>> meetings = new ArrayList<>();
        for (int input = 0; input < inputs; input++) {
            List<Meeting> met = new ArrayList<>();
            for (int tap = 0; tap < kernel; tap++) {
                int scaled = input + padding - tap * dilation;
                if (scaled >= 0 && scaled % stride == 0 && scaled / stride < outputs) {
                    met.add(new Meeting(tap, scaled / stride));
                }
            }
            meetings.add(met);
        }
        return of(meetings);
    }

    /** Meetings of one target are evenly spaced, with the same spacing for all targets. */
    private static Taps of(List<List<Meeting>> meetings) {
        int targets = meetings.size();
        int[] firstTap = new int[targets];
        int[] firstSource = new int[targets];
        int[] count = new int[targets];
        int tapStep = 1;
        int sourceStep = 1;
        for (int target = 0; target < targets; target++) {
            List<Meeting> met = meetings.get(target);
            count[target] = met.size();
            if (!met.isEmpty()) {
                firstTap[target] = met.getFirst().tap;
                firstSource[target] = met.getFirst().source;
            }
            if (met.size() > 1) {
                tapStep = met.get(1).tap - met.get(0).tap;
                sourceStep = met.get(1).source - met.get(0).source;
            }
        }
        return new Taps(firstTap, firstSource, count, tapStep, sourceStep);
    }

    /** The tap of a target's meeting of that number. */
    int tap(int target, int meeting) {
        return firstTap[target] + meeting * tapStep;
    }

    /** The source of a target's meeting of that number. */
    int source(int target, int meeting) {
        return firstSource[target] + meeting * sourceStep;
    }

    int targets() {
        return count.length;
    }
}
