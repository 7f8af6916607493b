package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The GPU backend on the host, with activations and scratch memory that are NaN before each run of its only program,
 * except those that were written from outside: what an operation reads before one has written it shows up.
 */
final class PoisonedHost implements Backend {
    private final PoisonedDevice device = new PoisonedDevice();
    private final CudaBackend backend = new CudaBackend(device);

    /** Returns the number of runs that began with poisoned memory. */
    int poisonedRuns() {
        return device.poisonedRuns;
    }

    /** A device that knows which of its blocks hold activations. */
    private static final class PoisonedDevice extends HostDevice {
        private static final byte POISON = (byte) 0xFF; // NaN as a float and as a bfloat16

        private final Map<Long, Long> blocks = new LinkedHashMap<>(); // bytes by address
        private final Map<Long, Long> activations = new LinkedHashMap<>(); // bytes by address
        private final TreeMap<Long, MemorySegment> written = new TreeMap<>(); // by address
        private int poisonedRuns;

        @Override
        public long allocate(long bytes) {
            long address = super.allocate(bytes);
            blocks.put(address, bytes);
            return address;
        }

        @Override
        public void free(long address) {
            long end = address + blocks.remove(address);
            activations.remove(address);
            written.subMap(address, end).clear();
            super.free(address);
        }

        @Override
        public void upload(MemorySegment from, long to) {
            super.upload(from, to);
            written.put(to, at(to, from.byteSize()));
        }

        /** Marks the block that has the size of a new program's activations, if it is the only one. */
        void markActivations(List<Long> before, long bytes) {
            List<Long> candidates = blocks.entrySet().stream().filter(block -> block.getValue() == bytes)
                    .map(Map.Entry::getKey).filter(address -> !before.contains(address)).toList();
            if (candidates.size() == 1) {
                activations.put(candidates.getFirst(), bytes);
            }
        }

        private void poison(long address, long bytes) {
            Map<Long, byte[]> kept = new LinkedHashMap<>();
            written.subMap(address, address + bytes)
                    .forEach((at, memory) -> kept.put(at, memory.toArray(ValueLayout.JAVA_BYTE)));
            at(address, bytes).fill(POISON);
            kept.forEach((at, contents) -> at(at, contents.length).copyFrom(MemorySegment.ofArray(contents)));
        }

        @Override
        public Recording record(List<DeviceCall> calls) {
            Recording recording = super.record(calls);
            return new Recording() {
                @Override
                public void run() {
                    if (activations.size() == 1) { // of several programs, it does not know which one runs
                        activations.forEach(PoisonedDevice.this::poison);
                        poisonedRuns++;
                    }
                    recording.run();
                }

                @Override
                public void close() {
                    recording.close();
                }
            };
        }
    }

    @Override
    public BackendInfo info() {
        return backend.info();
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        return backend.fastestActivations(floats);
    }

    @Override
    public Program compile(ProgramSpec spec) {
        synchronized (device) {
            List<Long> before = new ArrayList<>(device.blocks.keySet());
            Program program = backend.compile(spec);
            device.markActivations(before, program.memory().activations());
            return program;
        }
    }

    @Override
    public OptionalLong freeMemory() {
        return backend.freeMemory();
    }

    @Override
    public void close() {
        backend.close();
    }
}
