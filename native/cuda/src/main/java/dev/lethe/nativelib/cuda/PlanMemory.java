package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.tensor.Tensor;

/** The addresses of a plan's activations, and of memory that operations use beside them. */
interface PlanMemory {
    /** Returns the address of an activation. */
    long of(Tensor activation);

    /**
     * Returns the address of memory that lives from the first to the last operation that names it.
     *
     * @param key name of the memory, equal in all operations that share it
     */
    long scratch(Object key, long bytes);

    /** Returns the address of ints that are zero at first, and that other calls leave alone. */
    long counters(int count);

    /** Returns the place of an operation's images. */
    ImageSource images(GatherImages op);

    /** A memory that only notes what is used when; its addresses mean nothing. */
    final class Measured implements PlanMemory {
        private final StorageLayouts layouts;
        private final ArenaPlanner planner;
        private int operation;

        Measured(StorageLayouts layouts, ArenaPlanner planner) {
            this.layouts = layouts;
            this.planner = planner;
        }

        void next(int index) {
            operation = index;
        }

        @Override
        public long of(Tensor activation) {
            planner.use(activation, layouts.elements(activation) * activation.dtype().bytes(), operation);
            return 0;
        }

        @Override
        public long scratch(Object key, long bytes) {
            planner.use(key, bytes, operation);
            return 0;
        }

        @Override
        public long counters(int count) {
            return 0;
        }

        @Override
        public ImageSource images(GatherImages op) {
            return ImageSource.UNKNOWN;
        }
    }

    /**
     * A memory with the planned addresses.
     *
     * @param lasting memory that lives as long as the plan
     */
    record Placed(long base, ArenaPlanner.Layout layout, ImageTables tables, DeviceArena lasting)
            implements
            PlanMemory {
        @Override
        public long of(Tensor activation) {
            return base + layout.offset(activation);
        }

        @Override
        public long scratch(Object key, long bytes) {
            return base + layout.offset(key);
        }

        @Override
        public long counters(int count) {
            return lasting.allocate((long) count * Integer.BYTES);
        }

        @Override
        public ImageSource images(GatherImages op) {
            return tables.source(op);
        }
    }
}
