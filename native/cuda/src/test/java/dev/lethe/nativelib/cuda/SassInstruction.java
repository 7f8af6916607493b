package dev.lethe.nativelib.cuda;

/**
 * An instruction of a kernel's machine code (SASS), for compute capability 7.5 to 9.0. NVIDIA documents none of it:
 * CubinTest checks what is read here on kernels whose loads, loops and variables are known.
 *
 * <pre>
 *  bits    0-11  operation
 *         12-15  predicate that guards it: 7 for none, 8 more if negated
 *         16-23  register that it writes, of several the first
 *         73-75  size of what is loaded or stored: 0, 1 for 8 bits, 2, 3 for 16, 4 for 32, 5 for 64, 6 for 128
 *       110-112  barrier that stands until what it loads has come, 7 for none
 *       113-115  barrier that stands until it has read its registers, 7 for none
 *       116-121  barriers that it waits for
 *
 *  of a branch
 *         34-81  instructions to the target, in units of 4 bytes, counted from the next one; for compute capability 9.0
 *                and later without the last 8 bits, which are
 *         16-23  these
 *         32-33  another condition than a predicate, 0 for none
 *         87-90  a further predicate
 * </pre>
 *
 * @param architecture the compute capability without its dot: 90
 * @param low bits 0 to 63
 * @param high bits 64 to 127
 */
record SassInstruction(int architecture, long low, long high) {
    /** The bytes of an instruction. */
    static final int BYTES = 16;

    // A load or store has one operation where a register holds its address, another where a uniform register is added.
    private static final int GLOBAL_LOAD = 0x381;
    private static final int GLOBAL_LOAD_UNIFORM = 0x981;
    private static final int LOCAL_LOAD = 0x983;
    private static final int LOCAL_STORE = 0x387;
    private static final int BRANCH = 0x947;
    private static final int EXIT = 0x94D;
    private static final int RETURN = 0x950;
    private static final int BRANCH_BY_TABLE = 0x949;
    private static final int NONE = 7; // predicate, barrier

    int operation() {
        return bits(low, 0, 12);
    }

    boolean isGlobalLoad() {
        return operation() == GLOBAL_LOAD || operation() == GLOBAL_LOAD_UNIFORM;
    }

    /** Tells whether it fetches a variable from a thread's own memory. */
    boolean isLocalLoad() {
        return operation() == LOCAL_LOAD;
    }

    /** Tells whether it keeps a variable in a thread's own memory. */
    boolean isLocalStore() {
        return operation() == LOCAL_STORE;
    }

    boolean isBranch() {
        return operation() == BRANCH;
    }

    boolean isExit() {
        return operation() == EXIT;
    }

    /** Tells whether threads that come here may go on with the next instruction. */
    boolean mayGoOn() {
        return switch (operation()) {
            case BRANCH -> isPredicated() || bits(low, 32, 2) != 0 || bits(high, 87 - Long.SIZE, 3) != NONE;
            case EXIT, RETURN -> isPredicated();
            case BRANCH_BY_TABLE -> throw new IllegalArgumentException("a branch by a table: " + this);
            default -> true;
        };
    }

    private boolean isPredicated() {
        return bits(low, 12, 4) != NONE;
    }

    /** Returns the distance from the next instruction to a branch's target, in bytes. */
    int branchBytes() {
        long upper = high << Long.SIZE - 18 >> Long.SIZE - 18; // bits 64 to 81, signed
        long distance = upper << Long.SIZE - 34 | low >>> 34;
        return Math.toIntExact(4 * (architecture >= 90 ? distance << 8 | bits(low, 16, 8) : distance));
    }

    /** Returns the bits that a load brings. */
    int loadedBits() {
        return switch (bits(high, 73 - Long.SIZE, 3)) {
            case 0, 1 -> 8;
            case 2, 3 -> 16;
            case 4 -> 32;
            case 5 -> 64;
            case 6 -> 128;
            default -> throw new IllegalArgumentException("unknown size of " + this);
        };
    }

    int register() {
        return bits(low, 16, 8);
    }

    /** Returns the barrier that stands until what it loads has come; throws if there is none. */
    int barrier() {
        int barrier = bits(high, 110 - Long.SIZE, 3);
        if (barrier == NONE) {
            throw new IllegalArgumentException("no barrier of " + this);
        }
        return barrier;
    }

    /** Tells whether it sets up a barrier, for what it loads or for what it reads. */
    boolean raises(int barrier) {
        return bits(high, 110 - Long.SIZE, 3) == barrier || bits(high, 113 - Long.SIZE, 3) == barrier;
    }

    boolean waitsFor(int barrier) {
        return bits(high, 116 - Long.SIZE + barrier, 1) != 0;
    }

    private static int bits(long word, int first, int count) {
        return (int) (word >>> first & (1 << count) - 1);
    }

    @Override
    public String toString() {
        return "0x%016x 0x%016x of sm_%d".formatted(low, high, architecture);
    }
}
