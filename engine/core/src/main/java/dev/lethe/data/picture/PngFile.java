package dev.lethe.data.picture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Reader of PNG files. Java's own has the chunks alone that decide on pixels, so that no other, which may be damaged,
 * disturbs it; those must have their checksums, which it does not compare.
 */
final class PngFile {
    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_BYTES = 12; // but for its data
    private static final Set<String> NEEDED = Set.of("IHDR", "PLTE", "tRNS", "IDAT");
    private static final byte[] END = {0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xAE, 0x42, 0x60, (byte) 0x82};

    private PngFile() {}

    static Frame read(Bytes content, long mostPixels) throws IOException, UndecodableException {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        ByteArrayOutputStream needed = new ByteArrayOutputStream(content.length());
        needed.write(content.content(), 0, SIGNATURE_BYTES);
        Orientation orientation = Orientation.UPRIGHT;
        boolean ended = false;
        boolean hasPixels = false;
        int at = SIGNATURE_BYTES;
        while (!ended && at + CHUNK_BYTES <= content.length()) {
            long length = Integer.toUnsignedLong(content.big32(at));
            String type = content.text(at + 4, 4);
            if (at + CHUNK_BYTES + length > content.length()) {
                if (NEEDED.contains(type)) {
                    throw UndecodableException.truncated();
                }
                break;
            }
            int data = at + SIGNATURE_BYTES;
            int end = data + (int) length;
            if (NEEDED.contains(type)) {
                requireChecksum(content, at + 4, end, type);
                needed.write(content.content(), at, CHUNK_BYTES + (int) length);
                hasPixels |= type.equals("IDAT");
            } else if (type.equals("eXIf")) {
                orientation = TiffDirectory.orientation(content, data, end);
            } else if (type.equals("acTL") && length >= 4 && content.big32(data) > 1) {
                traits.add(Trait.SEVERAL);
            }
            ended = type.equals("IEND");
            at = end + 4;
        }
        if (!hasPixels) {
            throw UndecodableException.truncated();
        }
        if (!ended) {
            traits.add(Trait.END_MISSING);
        }
        needed.write(END);
        return PlatformReader.read("png", needed.toByteArray(), mostPixels).noted(orientation, traits);
    }

    private static void requireChecksum(Bytes content, int from, int to, String type) throws UndecodableException {
        CRC32 crc = new CRC32();
        crc.update(content.content(), from, to - from);
        if ((int) crc.getValue() != content.big32(to)) {
            throw UndecodableException.damaged("the checksum of its chunk " + type + " is of other data");
        }
    }
}
