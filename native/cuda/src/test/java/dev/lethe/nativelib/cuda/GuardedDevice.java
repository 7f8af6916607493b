package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ArenaPlanner;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import dev.lethe.nativelib.cuda.GuardedBlock.Tenant;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A device on the host with guards: bytes before and behind each block, between the tensors of a block, and in place of
 * activations and scratch memory before their first operation and after their last. They hold a pattern. A call that
 * changes it fails the run, and one that reads it computes something wrong. Copies refuse memory that is not allocated.
 */
class GuardedDevice extends HostDevice {
    /** Each byte of a NaN, as a float and as a bfloat16. */
    static final byte NAN = (byte) 0xFF;
    /** Each byte of a number near the largest, as a float and as a bfloat16. */
    static final byte LARGE = 0x7F;

    private static final int GUARD_BYTES = 4 * ALIGNMENT; // more than a row of any small tensor

    private final byte pattern;
    private MemorySegment patternBytes = MemorySegment.NULL;
    private final TreeMap<Long, Block> blocks = new TreeMap<>(); // by address
    private final Map<List<DeviceCall>, PlannedMemory> plans = new IdentityHashMap<>(); // by the calls
    private final Map<Long, Long> uploads = new HashMap<>(); // bytes by address
    private int runs;

    /**
     * Makes a device.
     *
     * @param pattern each byte of the guards, such as {@link #NAN}
     */
    GuardedDevice(byte pattern) {
        this.pattern = pattern;
    }

    /**
     * A block that was allocated.
     *
     * @param whole address of the memory around it
     */
    private record Block(long whole, long bytes, GuardedBlock guarded) {}

    /**
     * The memory of a plan's activations.
     *
     * @param first number of the first operation, which is not 0 in the rest of a plan after a pause
     */
    private record PlannedMemory(long address, GuardedBlock block, ArenaPlanner.Layout layout, int first) {
        /** Returns what the part of the plan before a pause has left. */
        List<Tenant> left() {
            return layout.places().entrySet().stream()
                    .filter(place -> place.getValue().firstUse() < first && first <= place.getValue().lastUse())
                    .map(place -> tenant(place.getKey(), place.getValue())).toList();
        }

        List<Tenant> living(int operation) {
            return layout.places().entrySet().stream()
                    .filter(place -> place.getValue().firstUse() <= operation
                            && operation <= place.getValue().lastUse())
                    .map(place -> tenant(place.getKey(), place.getValue())).toList();
        }

        List<Tenant> dying(int operation) {
            return layout.places().entrySet().stream().filter(place -> place.getValue().lastUse() == operation)
                    .map(place -> tenant(place.getKey(), place.getValue())).toList();
        }

        private Tenant tenant(Object key, ArenaPlanner.Place place) {
            return Tenant.of(address + place.offset(), place.bytes(), key.toString());
        }
    }

    /** Returns the number of runs that were watched. */
    int watchedRuns() {
        return runs;
    }

    @Override
    public int guardBytes() {
        return GUARD_BYTES;
    }

    private MemorySegment pattern(long bytes) {
        if (patternBytes.byteSize() < bytes) {
            patternBytes = Arena.ofAuto().allocate(2 * bytes).fill(pattern);
        }
        return patternBytes;
    }

    @Override
    public long allocate(long bytes) {
        long all = bytes + 2L * GUARD_BYTES;
        long whole = super.allocate(all);
        long address = whole + GUARD_BYTES;
        blocks.put(address, new Block(whole, bytes, new GuardedBlock(address, bytes, GUARD_BYTES, pattern(all))));
        return address;
    }

    @Override
    public void free(long address) {
        Block block = blocks.remove(address);
        uploads.keySet().removeIf(to -> address <= to && to < address + block.bytes);
        plans.values().removeIf(memory -> memory.address == address);
        super.free(block.whole);
    }

    private void requireAllocated(long from, long bytes) {
        Map.Entry<Long, Block> below = blocks.floorEntry(from);
        if (below == null || from + bytes > below.getKey() + below.getValue().bytes) {
            throw new AssertionError("a copy uses " + bytes + " bytes that are not allocated");
        }
    }

    @Override
    public void upload(MemorySegment from, long to) {
        requireAllocated(to, from.byteSize());
        super.upload(from, to);
        uploads.put(to, from.byteSize());
    }

    @Override
    public void download(long from, MemorySegment to) {
        requireAllocated(from, to.byteSize());
        super.download(from, to);
    }

    @Override
    public void clear(long address, long bytes) {
        requireAllocated(address, bytes);
        super.clear(address, bytes);
    }

    @Override
    public void store(long address, int value) {
        requireAllocated(address, Integer.BYTES);
        super.store(address, value);
    }

    /** Learns where the tensors of a program are. */
    void watch(CudaProgram program, ProgramSpec spec) {
        ParameterBlocks parameters = program.parameters();
        Map<Long, List<Tenant>> tenants = new HashMap<>(); // by the address of their block
        for (Tensor tensor : spec.tensors()) {
            if (tensor.role() == Role.PARAMETER || tensor.role() == Role.GRADIENT || tensor.role() == Role.STATE) {
                long elements = parameters.slot(tensor).layout().elements();
                Tenant tenant = Tenant.of(parameters.address(tensor), elements * parameters.type(tensor).bytes(),
                        tensor.toString());
                add(tenant, tenants);
                if (parameters.copies() != 0 && blocks.floorKey(tenant.begin()) == parameters.values()) {
                    add(Tenant.of(parameters.copy(tensor), elements * DType.BF16.bytes(), "the copy of " + tensor),
                            tenants);
                }
            }
        }
        tenants.forEach((address, list) -> {
            GuardedBlock block = blocks.get(address).guarded;
            block.occupy(list);
            block.spoilGuards();
        });
        spec.plans().stream().flatMap(plan -> plan.parts().stream()).map(plan -> program.plan(plan.name()))
                .forEach(plan -> watch(plan.calls(), program.activations(), plan.layout()));
    }

    private void add(Tenant tenant, Map<Long, List<Tenant>> tenants) {
        tenants.computeIfAbsent(blocks.floorKey(tenant.begin()), _ -> new ArrayList<>()).add(tenant);
    }

    /** Learns where calls have their activations and scratch memory. */
    void watch(List<DeviceCall> calls, long address, ArenaPlanner.Layout layout) {
        GuardedBlock block = layout.bytes() == 0 ? GuardedBlock.empty() : blocks.get(address).guarded;
        int first = calls.stream().filter(LayerCall.class::isInstance)
                .mapToInt(call -> ((LayerCall) call).operation()).min().orElse(0);
        plans.put(calls, new PlannedMemory(address, block, layout, first));
    }

    @Override
    public Recording record(List<DeviceCall> calls) {
        PlannedMemory memory = Objects.requireNonNull(plans.get(calls), "calls that nobody told of");
        return new Recording() {
            @Override
            public void run() {
                GuardedDevice.this.run(calls, memory);
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }

    private void run(List<DeviceCall> calls, PlannedMemory memory) {
        begin(memory);
        int operation = memory.first;
        for (DeviceCall call : calls) {
            int next = call instanceof LayerCall layer ? layer.operation() : operation;
            for (; operation < next; operation++) {
                memory.dying(operation).forEach(memory.block::spoil);
                memory.block.occupy(memory.living(operation + 1));
            }
            call.enqueue();
            requireGuards(call);
        }
        runs++;
    }

    /** Spoils all memory of a plan except activations that were written from outside or before a pause. */
    private void begin(PlannedMemory memory) {
        List<Tenant> living = memory.living(memory.first);
        List<Tenant> left = memory.left();
        Map<Tenant, byte[]> kept = new HashMap<>();
        for (Tenant tenant : living) {
            if (left.contains(tenant) || uploads.getOrDefault(tenant.begin(), -1L) == tenant.end() - tenant.begin()) {
                kept.put(tenant, tenant.memory().toArray(ValueLayout.JAVA_BYTE));
            }
        }
        memory.block.occupy(List.of());
        memory.block.spoilGuards();
        memory.block.occupy(living);
        kept.forEach((tenant, contents) -> tenant.memory().copyFrom(MemorySegment.ofArray(contents)));
    }

    private void requireGuards(DeviceCall call) {
        blocks.values().forEach(block -> block.guarded.changed().ifPresent(place -> {
            throw new AssertionError(call + " changed memory of no tensor, " + place);
        }));
    }
}
