package dev.lethe.kernels.simd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.lethe.kernels.Agreement;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.OpRunner;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.BFloat16;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/**
 * A pass against the scalar reference. Tensors stand in native memory that is filled with NaNs before, so that a value
 * that a pass does not write shows up, with NaNs between them that must still be there afterwards.
 */
public abstract class PassTest {
    private static final long SEED = 20_260_102;
    private static final long GAP = 256; // bytes between tensors
    private static final int POISON = -1; // all bits set: NaN as float and as bfloat16

    private final Arena arena = Arena.ofShared();
    private final Map<Tensor, Long> places = new LinkedHashMap<>();
    private Map<Tensor, float[]> expected = Map.of();
    private MemorySegment memory;

    @AfterEach
    void freeMemory() {
        arena.close();
    }

    /** Makes an activation. */
    protected static Tensor activation(String name, DType type, int... dims) {
        return new Tensor(name, Role.ACTIVATION, type, Shape.of(dims));
    }

    /** Makes an activation of floats. */
    protected static Tensor activation(String name, int... dims) {
        return activation(name, DType.F32, dims);
    }

    /** Makes a tensor of floats in some role. */
    protected static Tensor tensor(String name, Role role, Shape shape) {
        return new Tensor(name, role, DType.F32, shape);
    }

    /** Runs operations by the reference, on random numbers, and places their tensors in memory. */
    protected final void reference(int batch, Op... ops) {
        reference(new OpRunner(batch, ops).randomInputs(SEED), 0);
    }

    /** Runs operations by the reference, and places their tensors in memory; those not written have their inputs. */
    protected final void reference(OpRunner runner, int position) {
        try (Backend backend = new ReferenceBackend()) {
            expected = runner.on(backend, position);
        }
        long bytes = GAP;
        for (Tensor tensor : runner.tensors()) {
            places.put(tensor, bytes);
            bytes += (tensor.bytes() + GAP - 1) / GAP * GAP + GAP;
        }
        memory = poisoned(bytes);
        runner.inputs().forEach((tensor, values) -> write(memory, at(tensor), tensor.dtype(), values));
    }

    /** Allocates memory full of NaNs. */
    protected final MemorySegment poisoned(long bytes) {
        return arena.allocate(Math.max(bytes, 1), 64).fill((byte) POISON);
    }

    /** Returns the memory in which all tensors stand. */
    protected final MemorySegment memory() {
        return memory;
    }

    /** Returns the first byte of a tensor. */
    protected final long at(Tensor tensor) {
        return places.get(tensor);
    }

    /** Returns what the reference wrote. */
    protected final float[] expected(Tensor tensor) {
        assertNotNull(expected.get(tensor), () -> "the reference did not write " + tensor);
        return expected.get(tensor);
    }

    /** Writes values into memory. */
    protected static void write(MemorySegment memory, long at, DType type, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (type == DType.BF16) {
                memory.set(JAVA_SHORT, at + 2L * i, BFloat16.bits(values[i]));
            } else {
                memory.set(JAVA_FLOAT, at + 4L * i, values[i]);
            }
        }
    }

    /** Reads what a pass left in a tensor. */
    protected final float[] read(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.dtype() == DType.BF16
                    ? BFloat16.value(memory.get(JAVA_SHORT, at(tensor) + 2L * i))
                    : memory.get(JAVA_FLOAT, at(tensor) + 4L * i);
        }
        return values;
    }

    /**
     * Asserts that a pass wrote what the reference did, and nothing beside its tensors.
     *
     * @param terms products that a value sums up
     */
    protected final void assertAgrees(long terms, Tensor... written) {
        for (Tensor tensor : written) {
            assertAgrees(tensor.dtype(), terms, tensor);
        }
    }

    /**
     * Asserts that a pass wrote what the reference did, and nothing beside its tensors.
     *
     * @param computedFrom type of the numbers that it was computed from
     * @param terms products that a value sums up
     */
    protected final void assertAgrees(DType computedFrom, long terms, Tensor written) {
        Agreement.assertAgree(written.name(), expected(written), read(written), terms, computedFrom,
                Math.sqrt(terms));
        assertGapsUntouched();
    }

    /** Asserts that the bytes between tensors are as they were. */
    protected final void assertGapsUntouched() {
        long from = 0;
        for (Map.Entry<Tensor, Long> place : places.entrySet()) {
            for (long i = from; i < place.getValue(); i += Integer.BYTES) {
                assertEquals(POISON, memory.get(JAVA_INT, i), "before " + place.getKey() + ", byte " + i);
            }
            long end = place.getValue() + place.getKey().bytes();
            from = (end + Integer.BYTES - 1) / Integer.BYTES * Integer.BYTES;
        }
    }
}
