package dev.lethe.data.fetch;

import dev.lethe.data.DataSetException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Unpacks the {@code .tar.gz} files of data sets: files and folders in the ustar format and its older forms, no links,
 * no devices; extended headers may say when and by whom, but not what or where. A record is 512 bytes:
 *
 * <pre>
 * 0       100     124      136      148        156    157          257    345      500
 * +-------+-------+--------+--------+----------+------+------------+------+--------+
 * | name  | ...   | size   | time   | checksum | type | link, ...  | ...  | prefix |
 * +-------+-------+--------+--------+----------+------+------------+------+--------+
 * </pre>
 *
 * Numbers are octal digits; the content follows, filled up to whole records.
 */
final class TarGz {
    private static final int RECORD = 512;
    private static final long MOST_EXTENDED_BYTES = 1 << 20;
    /** A record {@code LENGTH KEY=VALUE} of an extended header that says what or where the next file is. */
    private static final Pattern CHANGING = Pattern
            .compile("^\\d+ (path|linkpath|size|hdrcharset|GNU\\.sparse\\.[^=]*)=", Pattern.MULTILINE);
    private static final int NAME_BYTES = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_BYTES = 12;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_BYTES = 155;

    private final Path archive;
    private final Path folder;

    private TarGz(Path archive, Path folder) {
        this.archive = archive;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Unpacks an archive into a folder.
     *
     * @throws DataSetException when it is damaged, or holds a path that leads out of the folder, a link, or a file
     *         twice
     * @throws IOException when the folder cannot be written
     */
    static void unpack(Path archive, Path folder) throws IOException {
        try (InputStream in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)), 1 << 16)) {
            new TarGz(archive, folder).unpack(in);
            in.transferTo(OutputStream.nullOutputStream()); // gzip's checksum is at the end
        } catch (EOFException | ZipException e) {
            String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
            throw new DataSetException("archive " + archive + " is damaged (" + reason
                    + "): delete it and fetch it again", e);
        }
    }

    private void unpack(InputStream in) throws IOException {
        byte[] header = new byte[RECORD];
        while (next(in, header)) {
            String name = name(header);
            Path path = path(name);
            long bytes = octal(header, SIZE_AT, SIZE_BYTES);
            switch (header[TYPE_AT]) {
                case '5' -> Files.createDirectories(path);
                case '0', 0 -> {
                    Files.createDirectories(path.getParent());
                    if (Files.exists(path)) {
                        throw refused("holds '" + name + "' twice");
                    }
                    copy(in, path, bytes);
                }
                case 'x', 'g' -> passOver(in, name, bytes);
                default -> throw refused("holds '" + name + "' of type '" + (char) header[TYPE_AT]
                        + "', which is neither file nor folder");
            }
        }
    }

    /** Passes over an extended header, which must not change the entry that follows. */
    private void passOver(InputStream in, String name, long bytes) throws IOException {
        if (bytes > MOST_EXTENDED_BYTES) {
            throw refused("holds the extended header '" + name + "' of bytes=" + bytes);
        }
        byte[] content = in.readNBytes((int) bytes);
        in.skipNBytes((bytes + RECORD - 1) / RECORD * RECORD - content.length);
        Matcher changing = CHANGING.matcher(new String(content, StandardCharsets.UTF_8));
        if (changing.find()) {
            throw refused("holds the extended header '" + name + "' with '" + changing.group(1)
                    + "', which is not read here");
        }
    }

    /** Reads a header; false at the end, which is a record of zeros. */
    private boolean next(InputStream in, byte[] header) throws IOException {
        if (in.readNBytes(header, 0, RECORD) < RECORD) {
            throw new EOFException("it ends within a file");
        }
        int sum = 0;
        for (int i = 0; i < RECORD; i++) {
            boolean ofChecksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
            sum += ofChecksum ? ' ' : Byte.toUnsignedInt(header[i]);
        }
        if (sum == CHECKSUM_BYTES * ' ') {
            return false;
        }
        if (sum != octal(header, CHECKSUM_AT, CHECKSUM_BYTES)) {
            throw refused("has a header with a wrong checksum");
        }
        return true;
    }

    private static String name(byte[] header) {
        String name = text(header, 0, NAME_BYTES);
        boolean ustar = text(header, MAGIC_AT, 5).equals("ustar") && header[MAGIC_AT + 5] == 0;
        String prefix = ustar ? text(header, PREFIX_AT, PREFIX_BYTES) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private static String text(byte[] header, int at, int most) {
        int end = at;
        while (end < at + most && header[end] != 0) {
            end++;
        }
        return new String(header, at, end - at, StandardCharsets.UTF_8);
    }

    private long octal(byte[] header, int at, int length) {
        String digits = text(header, at, length).strip();
        if (!digits.matches("[0-7]{1,12}")) {
            throw refused("has the number '" + digits + "' in a header");
        }
        return Long.parseLong(digits, 8);
    }

    /** Where a name of the archive belongs, which must be inside the folder. */
    private Path path(String name) {
        boolean outside = name.isEmpty() || name.startsWith("/") || name.contains("\\") || name.contains(":")
                || Arrays.asList(name.split("/")).contains("..");
        Path path = outside ? folder : folder.resolve(name).normalize();
        if (outside || !path.startsWith(folder)) {
            throw refused("holds the path '" + name + "', which leads out of its folder");
        }
        return path;
    }

    private DataSetException refused(String problem) {
        return new DataSetException("archive " + archive + " " + problem
                + ": it is damaged or not to be trusted, nothing of it is used");
    }

    private static void copy(InputStream in, Path path, long bytes) throws IOException {
        byte[] chunk = new byte[1 << 16];
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            for (long left = bytes; left > 0;) {
                int read = in.readNBytes(chunk, 0, (int) Math.min(chunk.length, left));
                if (read == 0) {
                    throw new EOFException("it ends within a file");
                }
                out.write(chunk, 0, read);
                left -= read;
            }
            channel.force(true); // before the folder gets its name
        }
        in.skipNBytes((RECORD - bytes % RECORD) % RECORD);
    }
}
