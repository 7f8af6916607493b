package dev.lethe.data.picture;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.imageio.IIOException;

/**
 * Reader of JPEG files. Java's own gives the components, which are those of Pillow's decoder to the bit; their
 * conversion to colours is libjpeg's and Pillow's.
 */
final class JpegFile {
    private static final int MOST = 255;
    private static final int MISSING_PART = 8; // one of so many units may be missing
    private static final int FLAT = 128; // the sample of a unit without data
    // the coefficients of JFIF, of 16 bits, as in libjpeg
    private static final int RED_OF_RED = 91_881;
    private static final int GREEN_OF_BLUE = 22_554;
    private static final int GREEN_OF_RED = 46_802;
    private static final int BLUE_OF_BLUE = 116_130;
    private static final int HALF = 1 << 15;

    private JpegFile() {}

    static Frame read(Bytes content, long mostPixels) throws IOException, UndecodableException {
        JpegSegments segments = new JpegSegments(content);
        Frame.requireSize(segments.width(), Math.max(1, segments.height()), mostPixels);
        List<String> warnings = new ArrayList<>();
        Raster raster;
        try {
            raster = PlatformReader.jpeg(segments.needed(), mostPixels, warnings::add);
        } catch (IIOException e) {
            if (!segments.isEnded()) { // as within a table
                throw UndecodableException.truncated();
            }
            throw e;
        }
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        if (!segments.isEnded()) {
            traits.add(Trait.END_MISSING);
        }
        if (warnings.stream().anyMatch(warning -> warning.startsWith("Corrupt"))) {
            traits.add(segments.isEnded() ? Trait.DAMAGED : Trait.END_MISSING);
        }
        boolean lacks = warnings.stream().anyMatch(warning -> warning.contains("remature"));
        if (!traits.isEmpty() && !segments.isBegun() || lacks && !segments.isProgressive()
                && isCut(segments, raster)) {
            throw UndecodableException.truncated();
        }
        return frame(raster, segments).noted(segments.orientation(), traits);
    }

    /** Tells whether more units at the end are without data than a damaged last run leaves. */
    private static boolean isCut(JpegSegments segments, Raster raster) {
        int across = Math.ceilDiv(raster.getWidth(), segments.unitWidth());
        int down = Math.ceilDiv(raster.getHeight(), segments.unitHeight());
        int allowed = Math.max(1, across * down / MISSING_PART);
        for (int unit = across * down - 1; unit >= across * down - 1 - allowed && unit >= 0; unit--) {
            if (!isFlat(raster, unit % across * segments.unitWidth(), unit / across * segments.unitHeight(),
                    segments)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFlat(Raster raster, int left, int top, JpegSegments segments) {
        for (int y = top; y < Math.min(raster.getHeight(), top + segments.unitHeight()); y++) {
            for (int x = left; x < Math.min(raster.getWidth(), left + segments.unitWidth()); x++) {
                if (raster.getSample(x, y, 0) != FLAT) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Frame frame(Raster raster, JpegSegments segments) {
        boolean luminance = segments.isLuminance();
        int width = raster.getWidth();
        int height = raster.getHeight();
        int bands = raster.getNumBands();
        int colours = bands == 1 ? 1 : 3;
        byte[] samples = new byte[width * height * colours];
        byte[] row = new byte[width * bands];
        for (int y = 0; y < height; y++) {
            raster.getDataElements(0, y, width, 1, row);
            for (int c = 0; c < bands; c++) {
                if (segments.isHalvedDown(c)) {
                    interpolate(raster, y, c, row);
                }
            }
            if (bands > 1 && luminance) {
                toColours(row, bands);
            }
            if (bands == 4) {
                toLight(row);
            }
            for (int x = 0; x < width; x++) {
                System.arraycopy(row, x * bands, samples, (y * width + x) * colours, colours);
            }
        }
        return Frame.of(height, width, colours, samples);
    }

    /** Interpolates rows of which Java's reader repeats each, as Pillow's decoder does. */
    private static void interpolate(Raster raster, int y, int band, byte[] row) {
        int bands = raster.getNumBands();
        int near = Math.clamp(y % 2 == 0 ? y - 1 : y + 1, 0, raster.getHeight() - 1);
        for (int x = 0; x < raster.getWidth(); x++) {
            int own = row[x * bands + band] & MOST;
            row[x * bands + band] = (byte) (3 * own + raster.getSample(x, near, band) + 1 + y % 2 >> 2);
        }
    }

    /** Makes luminance and differences red, green and blue; of four components, the opposites of three inks. */
    private static void toColours(byte[] row, int bands) {
        for (int at = 0; at < row.length; at += bands) {
            int luminance = row[at] & MOST;
            int blue = (row[at + 1] & MOST) - FLAT;
            int red = (row[at + 2] & MOST) - FLAT;
            row[at] = clamped(luminance + (RED_OF_RED * red + HALF >> 16));
            row[at + 1] = clamped(luminance + (-GREEN_OF_RED * red - GREEN_OF_BLUE * blue + HALF >> 16));
            row[at + 2] = clamped(luminance + (BLUE_OF_BLUE * blue + HALF >> 16));
            if (bands == 4) {
                for (int c = 0; c < 3; c++) {
                    row[at + c] = (byte) (MOST - (row[at + c] & MOST));
                }
            }
        }
    }

    private static byte clamped(int value) {
        return (byte) Math.clamp(value, 0, MOST);
    }

    /** Makes inks light; they are stored as their opposites, as Adobe's programs do and Pillow takes all for. */
    private static void toLight(byte[] row) {
        for (int at = 0; at < row.length; at += 4) {
            int black = MOST - (row[at + 3] & MOST);
            for (int c = 0; c < 3; c++) {
                row[at + c] = (byte) Inks.shown(MOST - (row[at + c] & MOST), black);
            }
        }
    }
}
