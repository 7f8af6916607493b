package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.nativelib.cpu.memory.WeightLayout;
import org.bytedeco.dnnl.memory;

/** A layout in oneDNN's description, often blocked. Equal layouts describe the same order and padding. */
final class OneDnnLayout implements WeightLayout {
    private final memory.desc descriptor;
    private final long bytes;

    /**
     * Wraps a descriptor.
     *
     * @param descriptor descriptor that its owner keeps alive
     */
    OneDnnLayout(memory.desc descriptor) {
        this.descriptor = descriptor;
        bytes = descriptor.get_size();
    }

    memory.desc descriptor() {
        return descriptor;
    }

    /** Returns the descriptor of a layout that oneDNN's kernels made. */
    static memory.desc of(WeightLayout layout) {
        return ((OneDnnLayout) layout).descriptor;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OneDnnLayout layout && descriptor.equals(layout.descriptor);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "oneDNN's layout of " + bytes + " bytes";
    }
}
