package dev.lethe.kernels.tensor;

import java.util.Locale;

/** The type of a tensor's elements. */
public enum DType {
    /** IEEE 754 binary32. */
    F32(4),
    /** bfloat16: the upper half of a binary32. */
    BF16(2),
    /** Unsigned byte: image pixels. */
    U8(1),
    /** Signed 32-bit integer: example ids, labels, predictions. */
    S32(4);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** As people write it: {@code bf16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Bytes an element takes. */
    public int bytes() {
        return bytes;
    }
}
