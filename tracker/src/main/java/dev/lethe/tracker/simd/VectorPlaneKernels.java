package dev.lethe.tracker.simd;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.nio.ByteOrder.nativeOrder;

import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.LogitBlock;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.plane.PlaneTable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The plane kernels in the Vector API, at the widest vectors of the machine. */
public final class VectorPlaneKernels implements PlaneKernels {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED; // at most 64
    private static final IntVector STEPS = IntVector.zero(INTS).addIndex(1);
    /** For the rows behind the last whole vector, which masks would make slower everywhere. */
    private static final PlaneKernels TAIL = PlaneKernelChoice.scalar();

    @Override
    public String description() {
        return "vector " + INTS.vectorBitSize() + " bit";
    }

    @Override
    public long nonZero(MemorySegment column, long row, int rows) {
        long bits = 0;
        int whole = INTS.loopBound(rows);
        for (int i = 0; i < whole; i += INTS.length()) {
            bits |= ints(column, row + i).compare(VectorOperators.NE, 0).toLong() << i;
        }
        return whole == rows ? bits : bits | TAIL.nonZero(column, row + whole, rows - whole) << whole;
    }

    /**
     * x - x is 0, but for NaN and infinities, which leave NaN. Two vectors a turn, and spelled out, because the method
     * must be longer than what the JIT inlines into its caller (325 bytes): together with recording's scalar loops it
     * would be more than it inlines at all, and vectors would become objects.
     */
    @Override
    public long finite(MemorySegment first, MemorySegment second, MemorySegment third, MemorySegment fourth, long row,
            int rows) {
        long bits = 0;
        int lanes = FLOATS.length();
        int whole = rows - rows % (2 * lanes);
        for (int i = 0; i < whole; i += 2 * lanes) {
            long at = (row + i) * Float.BYTES;
            long next = at + FLOATS.vectorByteSize();
            FloatVector a = FloatVector.fromMemorySegment(FLOATS, first, at, ByteOrder.nativeOrder());
            FloatVector b = FloatVector.fromMemorySegment(FLOATS, second, at, ByteOrder.nativeOrder());
            FloatVector c = FloatVector.fromMemorySegment(FLOATS, third, at, ByteOrder.nativeOrder());
            FloatVector d = FloatVector.fromMemorySegment(FLOATS, fourth, at, ByteOrder.nativeOrder());
            a = a.sub(a);
            b = b.sub(b);
            c = c.sub(c);
            d = d.sub(d);
            a = a.add(b);
            c = c.add(d);
            a = a.add(c);
            VectorMask<Float> mask = a.compare(VectorOperators.EQ, 0);
            bits |= mask.toLong() << i;
            a = FloatVector.fromMemorySegment(FLOATS, first, next, ByteOrder.nativeOrder());
            b = FloatVector.fromMemorySegment(FLOATS, second, next, ByteOrder.nativeOrder());
            c = FloatVector.fromMemorySegment(FLOATS, third, next, ByteOrder.nativeOrder());
            d = FloatVector.fromMemorySegment(FLOATS, fourth, next, ByteOrder.nativeOrder());
            a = a.sub(a);
            b = b.sub(b);
            c = c.sub(c);
            d = d.sub(d);
            a = a.add(b);
            c = c.add(d);
            a = a.add(c);
            mask = a.compare(VectorOperators.EQ, 0);
            bits |= mask.toLong() << i + lanes;
        }
        return whole == rows
                ? bits
                : bits | TAIL.finite(first, second, third, fourth, row + whole, rows - whole) << whole;
    }

    @Override
    public boolean consecutive(MemorySegment column, long row, int rows) {
        IntVector expected = STEPS.add(column.get(JAVA_INT_UNALIGNED, row * Integer.BYTES));
        int whole = INTS.loopBound(rows);
        for (int i = 0; i < whole; i += INTS.length()) {
            if (ints(column, row + i).compare(VectorOperators.NE, expected.add(i)).anyTrue()) {
                return false;
            }
        }
        // the tail with the row before it
        int before = Math.max(0, whole - 1);
        return whole == rows || TAIL.consecutive(column, row + before, rows - before);
    }

    private static IntVector ints(MemorySegment column, long row) {
        return IntVector.fromMemorySegment(INTS, column, row * Integer.BYTES, nativeOrder());
    }

    @Override
    public boolean claim(MemorySegment states, long first, int rows, long correct) {
        if (rows % BYTES.length() != 0) {
            return TAIL.claim(states, first, rows, correct);
        }
        for (int i = 0; i < rows; i += BYTES.length()) {
            if (states(states, first + i).compare(VectorOperators.NE, UNSEEN).anyTrue()) {
                return false;
            }
        }
        ByteVector wrong = ByteVector.broadcast(BYTES, WRONG);
        for (int i = 0; i < rows; i += BYTES.length()) {
            wrong.blend(RIGHT, VectorMask.fromLong(BYTES, correct >>> i)).intoMemorySegment(states, first + i,
                    nativeOrder());
        }
        return true;
    }

    private static ByteVector states(MemorySegment states, long first) {
        return ByteVector.fromMemorySegment(BYTES, states, first, nativeOrder());
    }

    @Override
    public void score(LogitBlock block, int rows) {
        LogitScoring.run(block, rows);
    }

    @Override
    public EventCounts count(PlaneTable planes, PlaneEvent event) {
        return PlaneScan.run(planes, event);
    }

    @Override
    public RowTotals totals(PlaneTable planes) {
        return RowTotalsScan.run(planes);
    }
}
