package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.ResourceStack;
import java.lang.foreign.MemorySegment;

/**
 * Slots in memory that the driver has locked, so that it copies them while the host and the device work. A separate
 * stream makes the copies; slot by slot, it and the stream that computes wait for each other.
 */
final class PinnedStaging implements Staging {
    private final CudaDriver driver;
    private final MemorySegment context; // handle
    private final MemorySegment computing; // stream
    private final MemorySegment copying; // stream
    private final long address; // of (slots, slotBytes) on the device
    private final MemorySegment host; // (slots, slotBytes), locked in place
    private final long slotBytes;
    private final MemorySegment[] copied; // (slots): events, recorded when a slot's copy is done
    private final MemorySegment[] used; // (slots): events, recorded when the work that reads a slot is done
    private final ResourceStack resources;
    private int slot = -1;
    private boolean closed;

    /**
     * Takes memory on the host, streams and events.
     *
     * @param context context of the device, current in the calling thread
     * @param computing stream of the work that reads the slots
     * @param address address of (slots, slotBytes) on the device
     * @param slots number of slots
     * @param slotBytes bytes of a slot
     */
    PinnedStaging(CudaDriver driver, MemorySegment context, MemorySegment computing, long address, int slots,
            long slotBytes) {
        this.driver = driver;
        this.context = context;
        this.computing = computing;
        this.address = address;
        this.slotBytes = slotBytes;
        driver.synchronize(computing); // what has made the slots' memory zero
        try (ResourceStack opening = new ResourceStack()) {
            copying = opening.own(driver.createStream(), driver::destroyStream);
            copied = events(slots, opening);
            used = events(slots, opening);
            host = opening.own(driver.allocateOnHost(slots * slotBytes), driver::freeOnHost);
            resources = opening.keep();
        }
    }

    private MemorySegment[] events(int count, ResourceStack opening) {
        MemorySegment[] events = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            events[i] = opening.own(driver.createEvent(), driver::destroyEvent);
        }
        return events;
    }

    @Override
    public MemorySegment next() {
        slot = (slot + 1) % copied.length;
        driver.use(context);
        driver.synchronizeEvent(copied[slot]); // has happened where it was never recorded
        return host.asSlice(slot * slotBytes, slotBytes);
    }

    @Override
    public int send(long bytes) {
        driver.waitFor(used[slot], copying);
        driver.copyToDevice(address + slot * slotBytes, host.asSlice(slot * slotBytes, bytes), copying);
        driver.recordEvent(copied[slot], copying);
        driver.waitFor(copied[slot], computing);
        return slot;
    }

    @Override
    public void done() {
        driver.recordEvent(used[slot], computing);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try (resources) { // also where the work has failed
                driver.use(context);
                driver.synchronize(copying);
                driver.synchronize(computing);
            }
        }
    }
}
