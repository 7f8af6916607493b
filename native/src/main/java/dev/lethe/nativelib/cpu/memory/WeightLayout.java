package dev.lethe.nativelib.cpu.memory;

/**
 * The order of a parameter's elements in memory, and what pads them. Layouts of one {@link LayoutFactory} are equal if
 * they order and pad alike.
 */
public interface WeightLayout {
    /** Returns the bytes of the parameter. */
    long bytes();
}
