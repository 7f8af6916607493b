package dev.lethe.report;

import java.util.OptionalDouble;

/**
 * An axis of a figure.
 *
 * @param label what it shows, with its unit
 * @param scale how
 * @param low end, empty for that of the data
 * @param high end, empty for that of the data
 */
public record Axis(String label, Scale scale, OptionalDouble low, OptionalDouble high) {
    /** How values are shown. */
    public enum Scale {
        /** As they are. */
        LINEAR,
        /** As they are, with ticks at whole numbers. */
        WHOLE,
        /** Shares, in percent. */
        PERCENT,
        /** Logarithmic. */
        LOG
    }

    /** An axis over the range of its data. */
    public static Axis of(String label, Scale scale) {
        return new Axis(label, scale, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** The same from a value on. */
    public Axis from(double value) {
        return new Axis(label, scale, OptionalDouble.of(value), high);
    }

    /** The same up to a value. */
    public Axis to(double value) {
        return new Axis(label, scale, low, OptionalDouble.of(value));
    }

    /** What a value is multiplied by where it is shown. */
    double unit() {
        return scale == Scale.PERCENT ? 100 : 1;
    }
}
