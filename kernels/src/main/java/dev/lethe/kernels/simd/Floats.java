package dev.lethe.kernels.simd;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of this processor, which all passes share. */
public final class Floats {
    /** The widest vectors of floats that the processor computes with at full speed. */
    public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    /** Floats in a vector. */
    public static final int LANES = SPECIES.length();
    /** The byte order of floats in memory. */
    public static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** Bytes of a float, as a long: offsets into memory are longs. */
    public static final long BYTES = Float.BYTES;

    private Floats() {}

    /** Returns how many floats a vector of this processor holds. */
    public static int lanes() {
        return LANES;
    }
}
