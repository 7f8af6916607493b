package dev.lethe.nativelib.cuda;

/**
 * Where a plan finds its images on the device.
 *
 * @param address of all images by example, or of the first slot of a {@link Staging}
 * @param slot address of the number of the slot that holds the plan's batch, in its order; 0 where all images are there
 * @param slotImages how many images a slot has room for
 */
record ImageSource(long address, long slot, int slotImages) {
    /** Where nothing has an address yet. */
    static final ImageSource UNKNOWN = new ImageSource(0, 0, 0);

    /** All images, by example. */
    static ImageSource resident(long address) {
        return new ImageSource(address, 0, 0);
    }
}
