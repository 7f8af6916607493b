package dev.lethe.nativelib.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A block of memory with guards, which are all bytes that no tensor occupies: those between tensors, those of tensors
 * that do not live now, and some before and behind the block.
 */
final class GuardedBlock {
    private final long begin;
    private final long end;
    private final MemorySegment pattern;
    private List<Tenant> tenants = List.of(); // in the order of their addresses
    private List<Tenant> guards = List.of();

    /** Bytes of memory, from one address up to another, and the name of what they are. */
    record Tenant(long begin, long end, String name) {
        static Tenant of(long address, long bytes, String name) {
            return new Tenant(address, address + bytes, name);
        }

        MemorySegment memory() {
            return HostDevice.at(begin, end - begin);
        }
    }

    /**
     * Makes a block that one tenant occupies.
     *
     * @param bytes bytes of the block
     * @param guardBytes bytes before and behind it that are guards
     * @param pattern contents of guards, at least as many bytes as all of them together
     */
    GuardedBlock(long address, long bytes, int guardBytes, MemorySegment pattern) {
        begin = address - guardBytes;
        end = address + bytes + guardBytes;
        this.pattern = pattern;
        occupy(List.of(Tenant.of(address, bytes, "a block of " + bytes + " bytes")));
        guards.forEach(this::spoil);
    }

    /** Returns the block of a plan that has no activations: no bytes, and no guards. */
    static GuardedBlock empty() {
        return new GuardedBlock(0, 0, 0, MemorySegment.NULL);
    }

    /** Makes all bytes guards that these tenants do not occupy; it leaves their contents as they are. */
    void occupy(List<Tenant> now) {
        tenants = now.stream().sorted(Comparator.comparingLong(Tenant::begin)).toList();
        List<Tenant> free = new ArrayList<>();
        long from = begin;
        for (Tenant tenant : tenants) {
            if (from < tenant.begin) {
                free.add(new Tenant(from, tenant.begin, "guard"));
            }
            from = Math.max(from, tenant.end);
        }
        free.add(new Tenant(from, end, "guard"));
        guards = free;
    }

    /** Writes the pattern to all guards. */
    void spoilGuards() {
        guards.forEach(this::spoil);
    }

    /** Writes the pattern to memory of the block. */
    void spoil(Tenant memory) {
        memory.memory().copyFrom(pattern.asSlice(0, memory.end - memory.begin));
    }

    /** Returns the place of the first byte of a guard that has changed, in words; empty if there is none. */
    Optional<String> changed() {
        for (Tenant guard : guards) {
            long mismatch = guard.memory().mismatch(pattern.asSlice(0, guard.end - guard.begin));
            if (mismatch >= 0) {
                return Optional.of(describe(guard.begin + mismatch));
            }
        }
        return Optional.empty();
    }

    private String describe(long address) {
        return tenants.stream().filter(tenant -> tenant.end <= address).max(Comparator.comparingLong(Tenant::end))
                .map(tenant -> (address - tenant.end) + " bytes behind the end of " + tenant.name)
                .or(() -> tenants.stream().findFirst()
                        .map(tenant -> (tenant.begin - address) + " bytes before " + tenant.name))
                .orElse("where no tensor lives now");
    }
}
