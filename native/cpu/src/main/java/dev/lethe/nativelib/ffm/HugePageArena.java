package dev.lethe.nativelib.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An arena of zeroed native memory, aligned to 64 bytes or more, on 2 MiB pages if the kernel grants them: touching
 * fresh memory then costs a fifth of what it costs on 4 KiB pages, and large tensors take few entries of the TLB.
 * Segments may be used by any thread until the arena is closed. Allocation is thread-safe; {@link #close} is
 * idempotent.
 */
@SuppressWarnings("restricted")
public final class HugePageArena implements AutoCloseable {
    private static final long HUGE_PAGE = 2L << 20;
    private static final long PAGE = 4096;
    /** The byte of poisoned memory, with all bits set: NaN as a float or bfloat16, -1 as an integer. */
    private static final byte POISON = -1;
    private static final boolean POISONED = Boolean.getBoolean("lethe.poison");
    private static final boolean LINUX = System.getProperty("os.name").equals("Linux");
    private static final AtomicLong LIVE_BYTES = new AtomicLong(); // a sum alone: no memory is read by its order

    private final Arena arena = Arena.ofShared();
    private final AtomicLong bytes = new AtomicLong(); // a sum alone, like the live bytes

    private HugePageArena() {}

    /** Opens an arena whose memory any thread may use. */
    public static HugePageArena shared() {
        return new HugePageArena();
    }

    /** Returns the bytes that all open arenas of this process hold, for leak checks. */
    public static long liveBytes() {
        return LIVE_BYTES.get();
    }

    /**
     * Allocates zeroed memory that lives as long as this arena.
     *
     * @throws OutOfMemoryError when the system has no such memory
     */
    public MemorySegment allocate(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("size=" + size + ": it cannot be negative");
        }
        long rounded = Math.max(1, (size + PAGE - 1) / PAGE) * PAGE;
        MemorySegment segment = LINUX ? map(rounded) : arena.allocate(rounded, PAGE);
        bytes.addAndGet(rounded);
        LIVE_BYTES.addAndGet(rounded);
        return segment.asSlice(0, size);
    }

    /**
     * Allocates memory with undefined content, which callers write before they read it.
     *
     * @throws OutOfMemoryError when the system has no such memory
     */
    public MemorySegment allocateUninitialized(long size) {
        return poison(allocate(size));
    }

    /**
     * Marks memory that must be written before it is read: with the system property {@code lethe.poison=true} it is
     * filled with NaNs, so that a value that is used before it is written shows up in the results.
     *
     * @return the same memory
     */
    public static MemorySegment poison(MemorySegment memory) {
        return POISONED ? memory.fill(POISON) : memory;
    }

    private MemorySegment map(long size) {
        boolean huge = size >= HUGE_PAGE;
        long mapped = huge ? size + HUGE_PAGE : size; // room to begin at a huge page
        MemorySegment whole = Kernel.mmap(mapped).reinterpret(mapped, arena, memory -> Kernel.munmap(memory, mapped));
        long skip = huge ? -whole.address() & HUGE_PAGE - 1 : 0;
        if (huge) {
            Kernel.adviseHugePages(whole.address() + skip, size);
        }
        return whole.asSlice(skip, size);
    }

    /** Returns the bytes that this arena holds. */
    public long bytes() {
        return bytes.get();
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            LIVE_BYTES.addAndGet(-bytes.get());
            arena.close();
        }
    }

    /** The Linux system calls of the arena. */
    private static final class Kernel {
        private static final int PROT_READ_WRITE = 3;
        private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
        private static final int MADV_HUGEPAGE = 14;
        private static final long MAP_FAILED = -1;

        private static final MethodHandle MMAP = NativeFunction.ofLibc("mmap",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        private static final MethodHandle MUNMAP = NativeFunction.ofLibc("munmap",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        private static final MethodHandle MADVISE = NativeFunction.ofLibc("madvise",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

        private Kernel() {}

        static MemorySegment mmap(long size) {
            long address;
            try {
                address = (long) MMAP.invokeExact(0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
            } catch (Throwable e) {
                throw new NativeException("mmap could not be called", e);
            }
            if (address == MAP_FAILED) {
                throw new OutOfMemoryError("the system has no " + size + " bytes of native memory left");
            }
            return MemorySegment.ofAddress(address);
        }

        /**
         * Advises the kernel to use huge pages; the result does not matter, since everything works without them, more
         * slowly.
         */
        static void adviseHugePages(long address, long size) {
            try {
                int _ = (int) MADVISE.invokeExact(address, size, MADV_HUGEPAGE);
            } catch (Throwable e) {
                throw new NativeException("madvise could not be called", e);
            }
        }

        static void munmap(MemorySegment segment, long size) {
            int status;
            try {
                status = (int) MUNMAP.invokeExact(segment, size);
            } catch (Throwable e) {
                throw new NativeException("munmap could not be called", e);
            }
            if (status != 0) {
                throw new NativeException("munmap of bytes=" + size + " returned " + status);
            }
        }
    }
}
