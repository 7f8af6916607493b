package dev.lethe.data;

import static java.nio.file.StandardOpenOption.READ;

import dev.lethe.io.AtomicFiles;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * File of the decoded images of one folder, so that they are decoded once:
 *
 * <pre>
 * 0            8         40       44       48      52         56               60         64
 * +------------+---------+--------+--------+-------+----------+----------------+----------+--------+-------+
 * | "LETHEIM2" | key     | files  | height | width | channels | bytes of notes | checksum | pixels | notes |
 * +------------+---------+--------+--------+-------+----------+----------------+----------+--------+-------+
 * </pre>
 *
 * Numbers are big endian; the checksum is the CRC-32C of everything but itself. A file with another key, which belongs
 * to other images or other options, or with any damage is ignored.
 */
final class DecodedCache {
    private static final byte[] MAGIC = "LETHEIM2".getBytes(StandardCharsets.US_ASCII);
    private static final String PARTIAL = ".partial";
    private static final int KEY_BYTES = 32;
    private static final int CHECKSUM_AT = 60;
    private static final int HEADER_BYTES = 64;
    private static final int MOST_NOTE_BYTES = 1 << 28;
    private static final long CHUNK = 1 << 24;

    private final Path file;
    private final byte[] key;

    /**
     * Describes the file; nothing is read or written yet.
     *
     * @param file file that keeps the images
     * @param key digest of {@value #KEY_BYTES} bytes that identifies the images
     */
    DecodedCache(Path file, byte[] key) {
        this.file = file;
        this.key = key;
    }

    /** Reads the images that were kept; returns none if there is no such file or it cannot be used. */
    Optional<DecodedImages> read() throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, READ)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            fill(channel, header);
            if (!Arrays.equals(header.array(), 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    || !Arrays.equals(header.array(), MAGIC.length, MAGIC.length + KEY_BYTES, key, 0, KEY_BYTES)) {
                return Optional.empty();
            }
            header.position(MAGIC.length + KEY_BYTES);
            return read(channel, header);
        } catch (EOFException | ArithmeticException e) {
            return Optional.empty(); // truncated, or a damaged header
        }
    }

    private Optional<DecodedImages> read(FileChannel channel, ByteBuffer header) throws IOException {
        int files = header.getInt();
        int height = header.getInt();
        int width = header.getInt();
        int channels = header.getInt();
        int noteBytes = header.getInt();
        int checksum = header.getInt();
        boolean sound = files > 0 && height > 0 && width > 0 && (channels == 1 || channels == 3) && noteBytes >= 0
                && noteBytes <= MOST_NOTE_BYTES;
        long imageBytes = (long) height * width * channels;
        if (!sound || imageBytes > Integer.MAX_VALUE
                || channel.size() != HEADER_BYTES + Math.multiplyExact(files, imageBytes) + noteBytes) {
            return Optional.empty();
        }
        MemorySegment pixels = ImageSet.allocate(files * imageBytes);
        byte[] notes = new byte[noteBytes];
        for (ByteBuffer chunk : chunks(pixels)) {
            fill(channel, chunk);
        }
        fill(channel, ByteBuffer.wrap(notes));
        return checksum == checksum(header.array(), pixels, notes)
                ? Optional.of(new DecodedImages(pixels, files, height, width, channels, DecodingNotes.of(notes)))
                : Optional.empty();
    }

    /** Writes the images; the file has its name only when it is whole. */
    void write(DecodedImages images) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] notes = images.notes().toBytes();
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).put(key).putInt(images.files())
                .putInt(images.height()).putInt(images.width()).putInt(images.channels()).putInt(notes.length);
        header.putInt(CHECKSUM_AT, checksum(header.array(), images.pixels(), notes));
        deleteForsaken();
        // two programs may decode the same folder: the last to finish has the name
        AtomicFiles.write(file, channel -> {
            drain(channel, header.clear());
            for (ByteBuffer chunk : chunks(images.pixels())) {
                drain(channel, chunk);
            }
            drain(channel, ByteBuffer.wrap(notes));
        });
    }

    /**
     * Deletes old temporary files of killed earlier versions, which held no lock: younger ones may still be written.
     */
    private void deleteForsaken() throws IOException {
        long forsaken = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(1);
        try (Stream<Path> entries = Files.list(file.getParent())) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                long modified = entry.toFile().lastModified(); // 0 where another program has just renamed it
                if (name.endsWith(PARTIAL) && modified > 0 && modified < forsaken) {
                    Files.deleteIfExists(entry);
                }
            }
        }
    }

    private static int checksum(byte[] header, MemorySegment pixels, byte[] notes) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CHECKSUM_AT);
        chunks(pixels).forEach(crc::update);
        crc.update(notes);
        return (int) crc.getValue();
    }

    private static List<ByteBuffer> chunks(MemorySegment memory) {
        List<ByteBuffer> chunks = new ArrayList<>();
        for (long at = 0; at < memory.byteSize(); at += CHUNK) {
            chunks.add(memory.asSlice(at, Math.min(CHUNK, memory.byteSize() - at)).asByteBuffer());
        }
        return chunks;
    }

    private static void fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
    }

    private static void drain(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
