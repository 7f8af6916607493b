package dev.lethe.kernels.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * The meetings of a kernel's taps with sources, along one dimension of a convolution. For target coordinate {@code t}
 * the taps {@code firstTap[t] + i * tapStep} meet the sources {@code firstSource[t] + i * sourceStep}, for
 * {@code i < count[t]}; all others meet padding.
 *
 * @param firstTap the first tap of each target that meets a source
 * @param firstSource the source that this tap meets
 * @param count how many taps of each target meet a source
 * @param tapStep taps between one meeting and the next, the same for all targets
 * @param sourceStep sources between one meeting and the next, the same for all targets
 */
public record Taps(int[] firstTap, int[] firstSource, int[] count, int tapStep, int sourceStep) {
    /** A tap and the source that it meets. */
    private record Meeting(int tap, int source) {}

    /** Returns the meetings whose targets are the outputs of a convolution and whose sources are its inputs. */
    public static Taps forward(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
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

    /** Returns the meetings whose targets are the inputs and whose sources are the outputs, for gradients of inputs. */
    public static Taps backward(int outputs, int inputs, int kernel, int stride, int padding, int dilation) {
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
        int[] firstTap = new int[targets]; // (targets)
        int[] firstSource = new int[targets]; // (targets)
        int[] count = new int[targets]; // (targets)
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

    /** Returns the number of targets. */
    public int targets() {
        return count.length;
    }
}
