package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.kernels.op.GatherImages;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Images that do not fit into the device's memory. Before a plan runs, the host gathers those of its batch in the order
 * of their presentations and has them sent. It is a few batches ahead of the device, so that gathering, sending and
 * computing run at the same time.
 */
final class StreamedImages implements AutoCloseable {
    private static final int SLOTS = 3;

    private final Device device;
    private final BoundTables tables;
    private final Tensor images;
    private final Tensor order;
    private final long imageBytes;
    private final Staging staging;
    private final ImageSource source;

    /**
     * Allocates slots for a few batches.
     *
     * @param batch largest batch of the plans that gather these images in this order
     * @param arena source of device memory for the slots
     */
    StreamedImages(Device device, BoundTables tables, GatherImages gather, int batch, DeviceArena arena) {
        this.device = device;
        this.tables = tables;
        images = gather.images();
        order = gather.order();
        imageBytes = images.bytes() / images.shape().dim(0);
        source = new ImageSource(arena.allocate(SLOTS * batch * imageBytes), arena.allocate(Integer.BYTES), batch);
        staging = device.stage(source.address(), SLOTS, batch * imageBytes);
    }

    ImageSource source() {
        return source;
    }

    /** Sends the images of presentations [position, position + batch). */
    void send(int position, int batch) {
        MemorySegment from = tables.memory(images);
        MemorySegment examples = tables.memory(order);
        MemorySegment to = staging.next();
        for (int n = 0; n < batch; n++) {
            long example = examples.getAtIndex(JAVA_INT, position + n);
            MemorySegment.copy(from, example * imageBytes, to, n * imageBytes, imageBytes);
        }
        device.store(source.slot(), staging.send(batch * imageBytes));
    }

    /** Notes that the plan has been handed to the device. */
    void done() {
        staging.done();
    }

    @Override
    public void close() {
        staging.close();
    }
}
