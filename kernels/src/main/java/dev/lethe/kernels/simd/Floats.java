package dev.lethe.kernels.simd;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** What all passes share: the vector shape of this processor. */
public final class Floats {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    static final ByteOrder ORDER = ByteOrder.nativeOrder();
    static final long BYTES = Float.BYTES;

    private Floats() {}

    /** How many floats a vector of this processor holds. */
    public static int lanes() {
        return LANES;
    }
}
