package dev.lethe.tracker;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** A CRC-32C checksum (Castagnoli) over memory of any length. */
final class Checksum {
    private static final long CHUNK = 1 << 30;

    private final CRC32C crc = new CRC32C();

    /** Returns the checksum of one piece of memory. */
    static int of(MemorySegment memory) {
        Checksum checksum = new Checksum();
        checksum.update(memory);
        return checksum.value();
    }

    /** Adds more bytes to the checksum. */
    void update(MemorySegment memory) {
        // a ByteBuffer holds less than 2 GiB
        for (long at = 0; at < memory.byteSize(); at += CHUNK) {
            crc.update(memory.asSlice(at, Math.min(CHUNK, memory.byteSize() - at)).asByteBuffer());
        }
    }

    /** Returns the checksum of the bytes added so far. */
    int value() {
        return (int) crc.getValue();
    }
}
