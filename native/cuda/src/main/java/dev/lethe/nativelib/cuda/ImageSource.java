package dev.lethe.nativelib.cuda;

/**
 * The place of a plan's images on the device.
 *
 * @param address address of all images by example, or of the first slot of a {@link Staging}
 * @param slot address of the number of the slot that holds the plan's batch, in its order; 0 if all images are on the
 *        device
 * @param slotImages number of images that a slot has room for
 */
record ImageSource(long address, long slot, int slotImages) {
    /** The place before addresses are known. */
    static final ImageSource UNKNOWN = new ImageSource(0, 0, 0);

    /** Returns the place of all images, by example. */
    static ImageSource resident(long address) {
        return new ImageSource(address, 0, 0);
    }
}
