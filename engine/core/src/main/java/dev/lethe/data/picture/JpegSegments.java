package dev.lethe.data.picture;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Segments of a JPEG: what its components mean, how it is turned, and which scans have begun. */
final class JpegSegments {
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int TRANSFORM_AT = 15; // in the segment, from its marker on
    private static final int EXIF_AT = 10;
    private static final int COMPONENTS_AT = 9;
    private static final int COEFFICIENTS = 64;
    private static final int NOT_SCANNED = 99;

    private final Bytes content;
    private final ByteArrayOutputStream needed = new ByteArrayOutputStream();
    private boolean jfif;
    private int transform = -1; // no segment of Adobe's
    private Orientation orientation = Orientation.UPRIGHT;
    private int frame; // offset of its segment
    private boolean ended;
    private final int[][] lacking = new int[256][]; // for each component, by coefficient: bits that no scan has yet

    JpegSegments(Bytes content) throws UndecodableException {
        this.content = content;
        needed.write(content.content(), 0, 2);
        int at = next(2);
        while (at < content.length() && content.at(at + 1) != START_OF_SCAN) {
            at = next(header(at));
        }
        if (frame == 0 || at >= content.length()) {
            throw UndecodableException.truncated();
        }
        needed.write(content.content(), at, content.length() - at);
        while (at < content.length() && !ended) {
            int marker = content.at(at + 1);
            ended = marker == END_OF_IMAGE;
            if (marker == START_OF_SCAN && at + 4 < content.length()) {
                scan(at);
            }
            at = next(isAlone(marker) ? at + 2 : at + 2 + content.big16(Math.min(at + 2, content.length() - 2)));
        }
    }

    private static boolean isAlone(int marker) {
        return marker <= 1 || marker >= 0xD0 && marker <= END_OF_IMAGE;
    }

    /** Returns the offset of the next marker, or the length of the content. */
    private int next(int from) {
        for (int at = from; at + 1 < content.length(); at++) {
            if (content.at(at) == 0xFF && content.at(at + 1) != 0 && content.at(at + 1) != 0xFF) {
                return at;
            }
        }
        return content.length();
    }

    /** Takes a segment before the scans and returns the offset after it. */
    private int header(int at) throws UndecodableException {
        int marker = content.at(at + 1);
        if (isAlone(marker)) {
            return at + 2;
        }
        int end = at + 2 + content.big16(at + 2);
        if (end > content.length()) {
            throw UndecodableException.truncated();
        }
        if (marker == 0xE0) {
            jfif |= content.has(at + 4, "JFIF\0");
        } else if (marker == 0xE1 && content.has(at + 4, "Exif\0") && orientation == Orientation.UPRIGHT) {
            orientation = TiffDirectory.orientation(content, at + EXIF_AT, end);
        } else if (marker == 0xEE && content.has(at + 4, "Adobe") && end > at + TRANSFORM_AT) {
            transform = content.at(at + TRANSFORM_AT);
        } else if (marker < 0xE0 || marker > 0xEF && marker != 0xFE) { // neither an application's nor a comment
            if (isFrame(marker)) {
                frame = at;
                requireComponents();
            }
            needed.write(content.content(), at, end - at);
        }
        return end;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private void requireComponents() throws UndecodableException {
        int components = components();
        if (components != 1 && components != 3 && components != 4) {
            throw new UndecodableException("it has components=" + components + ", which are no known colours");
        }
        if (content.at(frame + 1) > 0xC8) {
            throw new UndecodableException("it is coded arithmetically, which is not read here");
        }
        for (int c = 0; c < components; c++) {
            int[] of = new int[COEFFICIENTS];
            Arrays.fill(of, NOT_SCANNED);
            lacking[identifier(c)] = of;
        }
    }

    private void scan(int at) {
        int components = content.at(at + 4);
        int spectrum = at + 5 + 2 * components;
        if (spectrum + 2 >= content.length()) {
            return;
        }
        int first = isProgressive() ? content.at(spectrum) : 0;
        int last = isProgressive() ? Math.min(content.at(spectrum + 1), COEFFICIENTS - 1) : COEFFICIENTS - 1;
        int bits = isProgressive() ? content.at(spectrum + 2) & 15 : 0;
        for (int c = 0; c < components; c++) {
            int[] of = lacking[content.at(at + 5 + 2 * c)];
            for (int i = first; of != null && i <= last; i++) {
                of[i] = bits;
            }
        }
    }

    /** Returns the content without what programs add, which does not decide on the samples. */
    byte[] needed() {
        return needed.toByteArray();
    }

    int components() {
        return content.at(frame + COMPONENTS_AT);
    }

    private int identifier(int component) {
        return content.at(frame + COMPONENTS_AT + 1 + 3 * component);
    }

    int width() {
        return content.big16(frame + 7);
    }

    int height() {
        return content.big16(frame + 5);
    }

    /** Returns the width of what is coded as one unit. */
    int unitWidth() {
        return 8 * (components() == 1 ? 1 : mostSampled() >> 4);
    }

    int unitHeight() {
        return 8 * (components() == 1 ? 1 : mostSampled() & 15);
    }

    private int mostSampled() {
        int across = 1;
        int down = 1;
        for (int c = 0; c < components(); c++) {
            int factors = content.at(frame + COMPONENTS_AT + 2 + 3 * c);
            across = Math.max(across, factors >> 4);
            down = Math.max(down, factors & 15);
        }
        return across << 4 | down;
    }

    /** Tells whether a component has half as many rows as the picture, and all columns. */
    boolean isHalvedDown(int component) {
        int most = mostSampled();
        int factors = content.at(frame + COMPONENTS_AT + 2 + 3 * component);
        return factors >> 4 == most >> 4 && 2 * (factors & 15) == (most & 15);
    }

    boolean isProgressive() {
        return content.at(frame + 1) == 0xC2;
    }

    boolean isEnded() {
        return ended;
    }

    /** Tells whether every bit of every coefficient is in a scan that has begun. */
    boolean isBegun() {
        for (int c = 0; c < components(); c++) {
            int[] of = lacking[identifier(c)];
            for (int i = 0; of != null && i < COEFFICIENTS; i++) {
                if (of[i] != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Tells whether the first three components are a luminance and two differences of colour, as libjpeg does. */
    boolean isLuminance() {
        if (components() == 4) {
            return transform > 0;
        }
        if (jfif) {
            return true;
        }
        if (transform >= 0) {
            return transform != 0;
        }
        return identifier(0) != 'R' || identifier(1) != 'G' || identifier(2) != 'B';
    }

    Orientation orientation() {
        return orientation;
    }
}
