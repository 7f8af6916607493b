package dev.lethe.kernels.tensor;

import java.util.Locale;

/** The type of a tensor's elements. */
public enum DType {
    /** The format IEEE 754 binary32. */
    F32(4),
    /** The format bfloat16: the upper half of a binary32. */
    BF16(2),
    /** Unsigned byte: image pixels. */
    U8(1),
    /** Signed 32-bit integer: example ids, labels, predictions. */
    S32(4);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the name as users write it: {@code bf16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the bytes of an element. */
    public int bytes() {
        return bytes;
    }
}
