package dev.lethe.data.picture;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** Reader of WebP files: lossy and lossless ones, of an animation the first frame. */
final class WebpFile {
    private static final int CHUNKS_AT = 12;
    private static final int HEAD_BYTES = 8;
    private static final int FRAME_BYTES = 16;
    private static final int LOSSLESS = 0x2F;
    private static final int SIDE_BITS = 14;

    private final Bytes content;
    private final long mostPixels;
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private Orientation orientation = Orientation.UPRIGHT;
    private int canvasWidth;
    private int canvasHeight;
    private boolean canBeTransparent;
    private int opacity; // offset of the chunk; 0 if there is none
    private int pixels; // offset of the chunk
    private int left;
    private int top;

    private WebpFile(Bytes content, long mostPixels) {
        this.content = content;
        this.mostPixels = mostPixels;
    }

    static Frame read(Bytes content, long mostPixels) throws UndecodableException {
        WebpFile file = new WebpFile(content, mostPixels);
        file.chunks(CHUNKS_AT, content.length());
        if (file.pixels == 0) {
            throw UndecodableException.truncated();
        }
        return file.frame().noted(file.orientation, file.traits);
    }

    private int end(int chunk) throws UndecodableException {
        long end = chunk + HEAD_BYTES + Integer.toUnsignedLong(content.little32(chunk + 4));
        if (end > content.length()) {
            throw UndecodableException.truncated();
        }
        return (int) end;
    }

    private void chunks(int from, int to) throws UndecodableException {
        int frames = 0;
        int at = from;
        while (at + HEAD_BYTES <= to) {
            String type = content.text(at, 4);
            int data = at + HEAD_BYTES;
            if (pixels > 0 && Integer.toUnsignedLong(content.little32(at + 4)) > to - data) {
                traits.add(Trait.END_MISSING); // what follows the pixels
                return;
            }
            int end = end(at);
            switch (type) {
                case "VP8X" -> {
                    canBeTransparent = (content.at(data) & 16) != 0;
                    canvasWidth = 1 + content.little24(data + 4);
                    canvasHeight = 1 + content.little24(data + 7);
                    Frame.requireSize(canvasWidth, canvasHeight, mostPixels);
                }
                case "EXIF" -> {
                    int exif = content.has(data, "Exif\0\0") ? data + 6 : data;
                    orientation = TiffDirectory.orientation(content, exif, end);
                }
                case "ANMF" -> {
                    if (++frames == 1) {
                        left = 2 * content.little24(data);
                        top = 2 * content.little24(data + 3);
                        chunks(data + FRAME_BYTES, end);
                    } else {
                        traits.add(Trait.SEVERAL);
                    }
                }
                case "ALPH" -> opacity = opacity == 0 && pixels == 0 ? at : opacity;
                case "VP8 ", "VP8L" -> pixels = pixels == 0 ? at : pixels;
                default -> {
                    // a profile of colours, or what programs add
                }
            }
            at = end + (end - at) % 2;
        }
    }

    private Frame frame() throws UndecodableException {
        Frame frame = content.text(pixels, 4).equals("VP8L") ? lossless() : lossy();
        return canvasWidth == 0 || frame.width() == canvasWidth && frame.height() == canvasHeight
                ? frame
                : onCanvas(frame);
    }

    private Frame lossy() throws UndecodableException {
        Vp8Decoder decoder = new Vp8Decoder(content, pixels + HEAD_BYTES, end(pixels), mostPixels);
        Frame frame = Frame.of(decoder.height(), decoder.width(), 3, decoder.decode());
        return opacity == 0 || !canBeTransparent ? frame : frame.withOpacity(opacity(frame.width(), frame.height()));
    }

    private Frame lossless() throws UndecodableException {
        LosslessBits bits = new LosslessBits(content, pixels + HEAD_BYTES, end(pixels));
        if (bits.read(8) != LOSSLESS) {
            throw UndecodableException.damaged("it does not begin as a lossless picture");
        }
        int width = 1 + bits.read(SIDE_BITS);
        int height = 1 + bits.read(SIDE_BITS);
        Frame.requireSize(width, height, mostPixels);
        boolean hasOpacity = bits.flag();
        if (bits.read(3) != 0) {
            throw UndecodableException.damaged("it has an unknown version");
        }
        int[] colours = new LosslessDecoder(bits).decode(width, height);
        byte[] samples = new byte[3 * colours.length];
        byte[] opaque = hasOpacity ? new byte[colours.length] : null;
        for (int i = 0; i < colours.length; i++) {
            samples[3 * i] = (byte) (colours[i] >> 16);
            samples[3 * i + 1] = (byte) (colours[i] >> 8);
            samples[3 * i + 2] = (byte) colours[i];
            if (opaque != null) {
                opaque[i] = (byte) (colours[i] >>> 24);
            }
        }
        return Frame.of(height, width, 3, samples).withOpacity(opaque);
    }

    /** Reads the opacity of a lossy picture. */
    private byte[] opacity(int width, int height) throws UndecodableException {
        int data = opacity + HEAD_BYTES;
        int method = content.at(data) & 3;
        if (method > 1) {
            throw UndecodableException.damaged("its opacity has the unknown method " + method);
        }
        byte[] samples = new byte[width * height];
        if (method == 0) {
            if (end(opacity) - data - 1 < samples.length) {
                throw UndecodableException.truncated();
            }
            System.arraycopy(content.content(), data + 1, samples, 0, samples.length);
        } else {
            int[] colours = new LosslessDecoder(new LosslessBits(content, data + 1, end(opacity)))
                    .decode(width, height);
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (byte) (colours[i] >> 8);
            }
        }
        unfilter(samples, width, content.at(data) >> 2 & 3);
        return samples;
    }

    /**
     * Adds predictions.
     *
     * @param filter 0 for none, 1 from the left, 2 from above, 3 by the slope
     */
    private static void unfilter(byte[] samples, int width, int filter) {
        for (int i = 1; filter > 0 && i < samples.length; i++) {
            boolean first = i % width == 0;
            int predicted;
            if (first) {
                predicted = samples[i - width];
            } else if (filter == 1 || i < width) {
                predicted = samples[i - 1];
            } else if (filter == 2) {
                predicted = samples[i - width];
            } else {
                predicted = Math.clamp((samples[i - 1] & 255) + (samples[i - width] & 255)
                        - (samples[i - width - 1] & 255), 0, 255);
            }
            samples[i] += (byte) predicted;
        }
    }

    /** Returns a frame of an animation at its place; the rest is transparent, or black if nothing can be. */
    private Frame onCanvas(Frame frame) throws UndecodableException {
        if (left + frame.width() > canvasWidth || top + frame.height() > canvasHeight) {
            throw UndecodableException.damaged("its frame goes beyond its canvas");
        }
        byte[] samples = new byte[3 * canvasWidth * canvasHeight];
        byte[] opaque = new byte[canvasWidth * canvasHeight];
        byte[] ofFrame = frame.opacity();
        byte[] all = Objects.requireNonNull(frame.samples(), "WebP has 8 bits");
        for (int y = 0; y < frame.height(); y++) {
            int from = y * frame.width();
            int to = (top + y) * canvasWidth + left;
            System.arraycopy(all, 3 * from, samples, 3 * to, 3 * frame.width());
            if (ofFrame == null) {
                Arrays.fill(opaque, to, to + frame.width(), (byte) 255);
            } else {
                System.arraycopy(ofFrame, from, opaque, to, frame.width());
            }
        }
        return Frame.of(canvasHeight, canvasWidth, 3, samples).withOpacity(canBeTransparent ? opaque : null);
    }
}
