package dev.lethe.report;

import java.util.OptionalDouble;

/**
 * An axis of a figure.
 *
 * @param label name of the values, with their unit
 * @param scale scale of the values
 * @param low low end; empty for that of the data
 * @param high high end; empty for that of the data
 */
public record Axis(String label, Scale scale, OptionalDouble low, OptionalDouble high) {
    /** Scale of an axis. */
    public enum Scale {
        /** Values without a change. */
        LINEAR,
        /** Values without a change, and ticks at whole numbers. */
        WHOLE,
        /** Shares, in percent. */
        PERCENT,
        /** Logarithmic. */
        LOG
    }

    /** Makes an axis over the range of its data. */
    public static Axis of(String label, Scale scale) {
        return new Axis(label, scale, OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** Returns the axis with another low end. */
    public Axis from(double value) {
        return new Axis(label, scale, OptionalDouble.of(value), high);
    }

    /** Returns the axis with another high end. */
    public Axis to(double value) {
        return new Axis(label, scale, low, OptionalDouble.of(value));
    }

    /** Returns the factor of a value where it is shown. */
    double unit() {
        return scale == Scale.PERCENT ? 100 : 1;
    }
}
