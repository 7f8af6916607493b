package dev.lethe.data.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Builder of {@code .tar.gz} archives, also of ones that no tar would make. */
public final class TarBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Adds a file. */
    public TarBytes file(String name, byte[] content) {
        return entry(name, '0', content);
    }

    /** Adds an entry of any type. */
    TarBytes entry(String name, char type, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0");
        put(header, 124, "%011o\0".formatted(content.length));
        put(header, 136, "00000000000\0");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        seal(header, 0);
        bytes.writeBytes(header);
        bytes.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
        return this;
    }

    /** Adds a file with the front of its path in the prefix field of ustar. */
    TarBytes prefixed(String prefix, String name, byte[] content) {
        entry(name, '0', content);
        byte[] all = bytes.toByteArray();
        int at = all.length - 512 - (content.length + 511) / 512 * 512;
        put(all, at + 345, prefix);
        seal(all, at);
        bytes.reset();
        bytes.writeBytes(all);
        return this;
    }

    private static void seal(byte[] all, int at) {
        put(all, at + 148, "        ");
        int sum = 0;
        for (int i = at; i < at + 512; i++) {
            sum += Byte.toUnsignedInt(all[i]);
        }
        put(all, at + 148, "%06o\0 ".formatted(sum));
    }

    /** Replaces one byte, and corrects the checksum of the header that it lies in. */
    TarBytes resealed(int at, char value) {
        with(at, value);
        byte[] all = bytes.toByteArray();
        int header = at / 512 * 512;
        if (new String(all, header + 257, 5, StandardCharsets.US_ASCII).equals("ustar")) {
            seal(all, header);
        }
        bytes.reset();
        bytes.writeBytes(all);
        return this;
    }

    /** Adds one record of zeros. */
    TarBytes end() {
        bytes.writeBytes(new byte[512]);
        return this;
    }

    /** Replaces one byte. */
    TarBytes with(int at, char value) {
        byte[] all = bytes.toByteArray();
        all[at] = (byte) value;
        bytes.reset();
        bytes.writeBytes(all);
        return this;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] content = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(content, 0, header, at, content.length);
    }

    /** Returns the archive. */
    public byte[] gzipped() throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes.toByteArray());
            gzip.write(new byte[1024]);
        }
        return zipped.toByteArray();
    }

    /** Returns the archive cut off after a number of bytes of the tar. */
    byte[] gzippedUpTo(int length) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes.toByteArray(), 0, length);
        }
        return zipped.toByteArray();
    }
}
