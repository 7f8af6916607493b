package dev.lethe.kernels.tensor;

import dev.lethe.kernels.Program;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The description of a tensor of a program: its name, its purpose and owner, its type and its shape. It has no memory
 * of its own; a {@link Program} gives it some.
 *
 * @param name name of the tensor, unique in a program
 * @param role purpose of the tensor, which decides its lifetime and owner
 * @param dtype type of the elements as operations see them
 * @param shape logical shape; a backend may choose another layout for parameters
 */
public record Tensor(String name, Role role, DType dtype, Shape shape) {

    /** The purpose of a tensor, which decides the place and the lifetime of its memory. */
    public enum Role {
        /** Written by the caller, read by plans: images, labels, order, rates. Bound with {@link Program#bind}. */
        DATA,
        /** Written by plans, read by the caller: rows of presentations or of examples. Bound like data. */
        RESULT,
        /** Trained values; live as long as the program. */
        PARAMETER,
        /** The gradient of a parameter; lives as long as the program. */
        GRADIENT,
        /** A value that an optimizer or a normalisation keeps between steps; lives as long as the program. */
        STATE,
        /** Made and used within one run of a plan; the first extent is the plan's batch. */
        ACTIVATION
    }

    /** Refuses impossible values by a sentence that names them. */
    public Tensor {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(dtype, "dtype");
        Objects.requireNonNull(shape, "shape");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a tensor needs a name");
        }
    }

    /** Returns the bytes of the logical shape. */
    public long bytes() {
        return shape.elements() * dtype.bytes();
    }

    /** Verifies that memory can be bound to this tensor. */
    public void requireBindable(MemorySegment memory) {
        if (role != Role.DATA && role != Role.RESULT) {
            throw new IllegalArgumentException("only data and results are bound, not " + role + ": " + this);
        }
        if (memory.byteSize() < bytes()) {
            throw new IllegalArgumentException("memory of bytes=" + memory.byteSize() + " is too small, it needs bytes="
                    + bytes() + ": " + this);
        }
        if (memory.maxByteAlignment() < dtype.bytes()) {
            throw new IllegalArgumentException("memory is not aligned to the elements: " + this);
        }
    }

    /** Verifies the length of an array that replaces this tensor's values. */
    public void requireElements(int length) {
        if (length != shape.elements()) {
            throw new IllegalArgumentException("got length=" + length + " values for " + this);
        }
    }

    @Override
    public String toString() {
        return name + " " + dtype + shape;
    }
}
