package dev.lethe.data.picture;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** Reader of TIFF files: the first directory. What Java's reader would allocate for is verified before. */
final class TiffFile {
    private static final int MOST_SAMPLES = 8;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;
    private static final int LAB = 8;
    private static final long JPEG = 7;
    /** None, of faxes, LZW, JPEG, Deflate and PackBits. */
    private static final Set<Long> COMPRESSIONS = Set.of(1L, 2L, 3L, 4L, 5L, 6L, JPEG, 8L, 32_773L, 32_946L);
    private static final int ASSOCIATED = 1;
    private static final int UNASSOCIATED = 2;

    private TiffFile() {}

    static Frame read(Bytes content, long mostPixels) throws IOException, UndecodableException {
        TiffDirectory directory = new TiffDirectory(content);
        requireSound(directory, content.length(), mostPixels);
        // of which Java's reader undoes those of 8 bits alone
        boolean differences = directory.value(TiffDirectory.PREDICTOR).orElse(1L) == 2
                && directory.value(TiffDirectory.BITS).orElse(1L) == 16;
        BufferedImage image = PlatformReader.image("tiff", differences
                ? directory.with(TiffDirectory.PREDICTOR, 1)
                : content.content(), mostPixels);
        if (differences) {
            sum(image.getRaster(), directory);
        }
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (directory.isFollowed()) {
            traits.add(Trait.SEVERAL);
        }
        return frame(image, directory).noted(directory.orientation(), traits);
    }

    /** Sums the differences between the pixels of a row, which each tile begins anew. */
    private static void sum(WritableRaster raster, TiffDirectory directory) throws UndecodableException {
        int tile = directory.value(TiffDirectory.TILE_WIDTH).orElse((long) raster.getWidth()).intValue();
        // samples of which 0 is white are turned round by the reader
        int turned = directory.value(TiffDirectory.PHOTOMETRIC).orElse(1L) == 0 ? PictureOptions.MOST : 0;
        int[] row = new int[raster.getWidth()];
        for (int band = 0; band < raster.getNumBands(); band++) {
            for (int y = 0; y < raster.getHeight(); y++) {
                raster.getSamples(0, y, row.length, 1, band, row);
                int sum = 0;
                for (int x = 0; x < row.length; x++) {
                    sum = (x % tile == 0 ? 0 : sum) + (row[x] ^ turned);
                    row[x] = (sum ^ turned) & PictureOptions.MOST;
                }
                raster.setSamples(0, y, row.length, 1, band, row);
            }
        }
    }

    private static void requireSound(TiffDirectory directory, int length, long mostPixels)
            throws UndecodableException {
        long width = directory.value(TiffDirectory.WIDTH).orElse(0L);
        long height = directory.value(TiffDirectory.HEIGHT).orElse(0L);
        Frame.requireSize(width, height, mostPixels);
        long samples = directory.value(TiffDirectory.SAMPLES).orElse(1L);
        if (samples < 1 || samples > MOST_SAMPLES) {
            throw UndecodableException.damaged("samples of a pixel=" + samples);
        }
        if (directory.value(TiffDirectory.PHOTOMETRIC).orElse(0L) == LAB) {
            throw new UndecodableException("its colours are CIE L*a*b*, which are not read here");
        }
        long compression = directory.value(TiffDirectory.COMPRESSION).orElse(1L);
        if (!COMPRESSIONS.contains(compression)) {
            throw new UndecodableException("its compression=" + compression
                    + " is not read here, where for example LZW, Deflate and JPEG are");
        }
        for (long format : directory.values(TiffDirectory.SAMPLE_FORMAT)) {
            if (format == 2 || format == 3) {
                throw new UndecodableException("its samples are " + (format == 2 ? "signed" : "floating-point")
                        + " numbers, where unsigned ones of 8 or 16 bits are read");
            }
        }
        long tileWidth = directory.value(TiffDirectory.TILE_WIDTH).orElse(1L);
        long tileHeight = directory.value(TiffDirectory.TILE_HEIGHT).orElse(1L);
        Frame.requireSize(tileWidth, tileHeight, Math.min(mostPixels, 16 * Math.max(width * height, 1 << 16)));
        requireWithin(directory, TiffDirectory.STRIP_OFFSETS, TiffDirectory.STRIP_BYTES, length);
        requireWithin(directory, TiffDirectory.TILE_OFFSETS, TiffDirectory.TILE_BYTES, length);
    }

    private static void requireWithin(TiffDirectory directory, int offsetTag, int bytesTag, int length)
            throws UndecodableException {
        long[] offsets = directory.values(offsetTag);
        long[] bytes = directory.values(bytesTag);
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] + (i < bytes.length ? bytes[i] : 0) > length) {
                throw UndecodableException.truncated();
            }
        }
    }

    private static Frame frame(BufferedImage image, TiffDirectory directory) throws UndecodableException {
        ColorModel model = image.getColorModel();
        Raster raster = image.getRaster();
        long photometric = directory.value(TiffDirectory.PHOTOMETRIC).orElse(0L);
        if (model instanceof IndexColorModel) {
            long[] map = directory.values(TiffDirectory.COLOUR_MAP);
            return photometric == PALETTE && map.length > 0 && map.length % 3 == 0
                    ? palette(map).frame(raster)
                    : PlatformReader.frame(image);
        }
        int colours = photometric == CMYK ? 4 : raster.getNumBands() < 3 ? 1 : 3;
        if (colours == 4) {
            // those of JPEG are turned round by Java's reader
            return cmyk(raster, directory.value(TiffDirectory.COMPRESSION).orElse(1L) == JPEG ? 255 : 0);
        }
        Frame frame = PlatformReader.frame(raster, colours);
        long extra = directory.value(TiffDirectory.EXTRA_SAMPLES).orElse(0L);
        boolean hasOpacity = raster.getNumBands() > colours && (extra == ASSOCIATED || extra == UNASSOCIATED);
        return !hasOpacity
                ? frame
                : new Frame(frame.height(), frame.width(), colours, frame.samples(), frame.deep(),
                        PlatformReader.opacity(raster, colours), extra == ASSOCIATED, Orientation.UPRIGHT, Set.of());
    }

    /** Takes the high bytes of a palette of 16 bits. */
    private static Palette palette(long[] map) {
        int[] colours = new int[map.length / 3];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = 255 << 24 | (int) (map[i] >> 8) << 16 | (int) (map[colours.length + i] >> 8) << 8
                    | (int) (map[2 * colours.length + i] >> 8);
        }
        return new Palette(colours);
    }

    private static Frame cmyk(Raster raster, int turned) throws UndecodableException {
        if (raster.getNumBands() < 4 || raster.getSampleModel().getSampleSize(0) != 8) {
            throw new UndecodableException("its inks are not four of 8 bits, which alone are read here");
        }
        int width = raster.getWidth();
        int height = raster.getHeight();
        int[] row = new int[width * raster.getNumBands()];
        byte[] samples = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int at = x * raster.getNumBands();
                for (int c = 0; c < 3; c++) {
                    samples[(y * width + x) * 3 + c] = (byte) Inks.shown(row[at + c] ^ turned, row[at + 3] ^ turned);
                }
            }
        }
        return Frame.of(height, width, 3, samples);
    }
}
