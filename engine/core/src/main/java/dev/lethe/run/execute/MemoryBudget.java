package dev.lethe.run.execute;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Memory of the host or of a device that runs share. A run reserves what it needs before it takes it, so that runs that
 * begin at the same time are not each promised the same bytes. Thread-safe.
 */
public final class MemoryBudget {
    private final LongSupplier free;
    private long outstanding; // reserved, and not yet taken

    /**
     * Makes a budget.
     *
     * @param free measures the free bytes at the moment of the call
     */
    public MemoryBudget(LongSupplier free) {
        this.free = free;
    }

    /** Returns the budget of this machine, within the limits of the control groups that this process is in. */
    public static MemoryBudget host() {
        HostMemory memory = new HostMemory();
        return new MemoryBudget(memory::freeBytes);
    }

    /** Returns the bytes that are free and not reserved. */
    public synchronized long available() {
        return free.getAsLong() - outstanding;
    }

    /** Reserves bytes, or returns empty if they are not available. */
    public synchronized Optional<Reservation> reserve(long bytes) {
        return bytes <= available() ? Optional.of(new Reservation(bytes)) : Optional.empty();
    }

    /** Reserves bytes whether they are available or not, for a run whose need is known only later. */
    synchronized Reservation promise(long bytes) {
        return new Reservation(bytes);
    }

    /** Memory that a run may take. Thread-safe; closing it again does nothing. */
    public final class Reservation implements AutoCloseable {
        private long bytes;

        private Reservation(long bytes) {
            this.bytes = bytes;
            outstanding += bytes;
        }

        /**
         * Changes the number of reserved bytes.
         *
         * @return false if that many are not available; nothing is changed then
         */
        boolean resize(long other) {
            synchronized (MemoryBudget.this) {
                if (other > available() + bytes) {
                    return false;
                }
                outstanding += other - bytes;
                bytes = other;
                return true;
            }
        }

        /** Notes that the memory is taken, so that measurements of free memory show it. */
        void taken() {
            close();
        }

        @Override
        public void close() {
            synchronized (MemoryBudget.this) {
                outstanding -= bytes;
                bytes = 0;
            }
        }
    }
}
