package dev.lethe.nativelib.cpu.memory;

/**
 * The order of a parameter's elements in memory, and their padding. Layouts of one {@link LayoutFactory} are equal if
 * they have the same order and padding.
 */
public interface WeightLayout {
    /** Returns the bytes of the parameter. */
    long bytes();
}
