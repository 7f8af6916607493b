package dev.lethe.data.picture;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Reader of GIF files: the first frame, at its place on the screen that the file declares. */
final class GifFile {
    private static final int SCREEN_AT = 6;
    private static final int BLOCKS_AT = 13;
    private static final int DESCRIPTOR_BYTES = 10;
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2C;
    private static final int TRAILER = 0x3B;

    private GifFile() {}

    static Frame read(Bytes content, long mostPixels) throws IOException, UndecodableException {
        int first = 0;
        int firstEnd = 0;
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        int at = BLOCKS_AT + colours(content.at(10));
        while (at < content.length() && content.at(at) != TRAILER && !traits.contains(Trait.SEVERAL)) {
            int block = content.at(at);
            if (block == EXTENSION) {
                at = afterSubBlocks(content, at + 2, first == 0);
            } else if (block == IMAGE && first > 0) {
                traits.add(Trait.SEVERAL);
            } else if (block == IMAGE) {
                first = at;
                at = afterSubBlocks(content, at + DESCRIPTOR_BYTES + colours(content.at(at + 9)) + 1, true);
                firstEnd = at;
            } else {
                at++; // as Pillow, which looks for the next block
            }
        }
        if (first == 0) {
            throw UndecodableException.truncated();
        }
        if (at >= content.length() && !traits.contains(Trait.SEVERAL)) {
            traits.add(Trait.END_MISSING);
        }
        return onScreen(content, first, firstEnd, mostPixels).noted(Orientation.UPRIGHT, traits);
    }

    private static int colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 7));
    }

    /**
     * Returns the offset after a chain of blocks.
     *
     * @param needed whether it is refused that they go beyond the end
     */
    private static int afterSubBlocks(Bytes content, int from, boolean needed) throws UndecodableException {
        int at = from;
        while (at < content.length() && content.at(at) > 0) {
            at += 1 + content.at(at);
        }
        if (at >= content.length() && needed) {
            throw UndecodableException.truncated();
        }
        return at + 1;
    }

    private static Frame onScreen(Bytes content, int first, int firstEnd, long mostPixels)
            throws IOException, UndecodableException {
        int left = content.little16(first + 1);
        int top = content.little16(first + 3);
        int width = Math.max(content.little16(SCREEN_AT), left + content.little16(first + 5));
        int height = Math.max(content.little16(SCREEN_AT + 2), top + content.little16(first + 7));
        Frame.requireSize(width, height, mostPixels);
        byte[] alone = Arrays.copyOf(content.content(), firstEnd + 1);
        alone[firstEnd] = TRAILER;
        BufferedImage image = PlatformReader.image("gif", alone, mostPixels);
        IndexColorModel model = (IndexColorModel) image.getColorModel();
        Raster raster = image.getRaster();
        int[] numbers = new int[width * height];
        Arrays.fill(numbers, Math.max(0, model.getTransparentPixel()));
        int[] row = new int[raster.getWidth()];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(0, y, row.length, 1, 0, row);
            System.arraycopy(row, 0, numbers, (top + y) * width + left, row.length);
        }
        return new Palette(model).frame(numbers, height, width);
    }
}
