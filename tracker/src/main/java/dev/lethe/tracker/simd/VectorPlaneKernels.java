package dev.lethe.tracker.simd;

import static java.nio.ByteOrder.nativeOrder;

import dev.lethe.tracker.plane.EventCounts;
import dev.lethe.tracker.plane.LogitBlock;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernels;
import dev.lethe.tracker.table.PlaneTable;
import java.lang.foreign.MemorySegment;
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

    @Override
    public String description() {
        return "vector " + vectorBits() + " bit";
    }

    @Override
    public int vectorBits() {
        return INTS.vectorBitSize();
    }

    @Override
    public long nonZero(int[] values) {
        long bits = 0;
        for (int i = 0; i < MAX_ROWS; i += INTS.length()) {
            bits |= IntVector.fromArray(INTS, values, i).compare(VectorOperators.NE, 0).toLong() << i;
        }
        return bits;
    }

    /** Computes x - x, which is 0 for finite values and NaN for others. */
    @Override
    public long finite(float[] first, float[] second, float[] third, float[] fourth) {
        long bits = 0;
        for (int i = 0; i < MAX_ROWS; i += FLOATS.length()) {
            FloatVector a = FloatVector.fromArray(FLOATS, first, i);
            FloatVector b = FloatVector.fromArray(FLOATS, second, i);
            FloatVector c = FloatVector.fromArray(FLOATS, third, i);
            FloatVector d = FloatVector.fromArray(FLOATS, fourth, i);
            FloatVector differences = a.sub(a).add(b.sub(b)).add(c.sub(c).add(d.sub(d)));
            bits |= differences.compare(VectorOperators.EQ, 0).toLong() << i;
        }
        return bits;
    }

    @Override
    public boolean consecutive(int[] values) {
        IntVector expected = STEPS.add(values[0]);
        for (int i = 0; i < MAX_ROWS; i += INTS.length()) {
            if (IntVector.fromArray(INTS, values, i).compare(VectorOperators.NE, expected.add(i)).anyTrue()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean claim(MemorySegment states, long first, long correct) {
        for (int i = 0; i < MAX_ROWS; i += BYTES.length()) {
            if (states(states, first + i).compare(VectorOperators.NE, UNSEEN).anyTrue()) {
                return false;
            }
        }
        ByteVector wrong = ByteVector.broadcast(BYTES, WRONG);
        for (int i = 0; i < MAX_ROWS; i += BYTES.length()) {
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
