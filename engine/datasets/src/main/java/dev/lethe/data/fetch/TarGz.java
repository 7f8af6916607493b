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
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * Archive {@code .tar.gz} of a data set, of which only files and folders are unpacked. Links, devices, sparse files and
 * paths that lead out of the folder are refused, in headers of every format.
 */
final class TarGz {
    private static final int CHUNK = 1 << 16;
    private static final int RECORD = 512;
    private static final int BLOCK = 20 * RECORD;

    private final Path archive;
    private final Path folder;

    private TarGz(Path archive, Path folder) {
        this.archive = archive;
        this.folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Unpacks an archive into a folder.
     *
     * @param archive archive to unpack
     * @param folder folder that receives its content
     * @throws DataSetException when the archive is damaged, or holds a path that leads out of the folder, a link, or a
     *         file twice
     * @throws IOException when the archive cannot be opened or the folder cannot be written
     */
    static void unpack(Path archive, Path folder) throws IOException {
        new TarGz(archive, folder).unpack();
    }

    private void unpack() throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
                InputStream unzipped = decoded(() -> new GZIPInputStream(file, CHUNK));
                CheckedTar tar = new CheckedTar(unzipped)) {
            for (TarArchiveEntry entry = decoded(tar::getNextEntry); entry != null; entry = decoded(
                    tar::getNextEntry)) {
                extract(tar, entry);
            }
            decoded(() -> unzipped.transferTo(OutputStream.nullOutputStream())); // gzip's checksum is at the end
        }
    }

    private void extract(CheckedTar tar, TarArchiveEntry entry) throws IOException {
        String name = entry.getName();
        Path path = path(name);
        requirePlain(entry);
        if (entry.isDirectory()) { // also a file of old tars whose name ends in a slash
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (Files.exists(path)) {
            throw refused("holds '" + name + "' twice");
        }
        copy(tar, path);
    }

    /** Refuses an entry that is neither file nor folder, whichever header says so. */
    private void requirePlain(TarArchiveEntry entry) {
        switch (entry.getLinkFlag()) {
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_DIR -> {
                boolean strange = entry.getExtraPaxHeaders().keySet().stream()
                        .anyMatch(key -> key.equals("hdrcharset") || key.startsWith("GNU.sparse."));
                if (strange || entry.isSparse() || !entry.getLinkName().isEmpty()) {
                    throw refused("holds '" + entry.getName() + "' with an extended header that makes it more than a "
                            + "file");
                }
            }
            default -> throw refused("holds '" + entry.getName() + "' of type '" + (char) entry.getLinkFlag()
                    + "', which is neither file nor folder");
        }
    }

    /** Returns where a name of the archive belongs, which must be inside the folder. */
    private Path path(String name) {
        boolean outside = name.isEmpty() || name.startsWith("/") || name.contains("\\") || name.contains(":")
                || name.indexOf('\0') >= 0 || Arrays.asList(name.split("/")).contains("..");
        Path path = outside ? folder : folder.resolve(name).normalize();
        if (outside || !path.startsWith(folder)) {
            throw refused("holds the path '" + name + "', which leads out of its folder");
        }
        return path;
    }

    private void copy(CheckedTar tar, Path path) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(channel)) {
            for (int read = decoded(() -> tar.read(chunk)); read >= 0; read = decoded(() -> tar.read(chunk))) {
                out.write(chunk, 0, read);
            }
            channel.force(true); // before the folder gets its name
        }
    }

    private DataSetException refused(String problem) {
        return new DataSetException("archive " + archive + " " + problem
                + ": it is damaged or not to be trusted, nothing of it is used");
    }

    /** A step that reads the archive. */
    private interface Decoding<T> {
        T run() throws IOException;
    }

    /** Runs a step that reads the archive, and blames the archive for its failures. */
    private <T> T decoded(Decoding<T> step) {
        try {
            return step.run();
        } catch (IOException | IllegalArgumentException e) {
            throw new DataSetException("archive " + archive + " is damaged ("
                    + (e.getMessage() == null ? "it ends too early" : e.getMessage())
                    + "): delete it and fetch it again", e);
        }
    }

    /**
     * Stream of a tar whose headers are checked before the library interprets them. The library takes an archive that
     * is cut off between two files for a whole one, does not compare checksums, reads extended headers of any size, and
     * calls itself for each.
     */
    private final class CheckedTar extends TarArchiveInputStream {
        private static final int SIZE_AT = 124;
        private static final int SIZE_BYTES = 12;
        private static final int TYPE_AT = 156;
        private static final long MOST_EXTENDED_BYTES = 1 << 20;
        /** Largest number of extended headers before a file: one of each type. */
        private static final int MOST_EXTENDED = 5;

        private int extended;
        private boolean ended;

        CheckedTar(InputStream in) {
            super(in, BLOCK, RECORD, StandardCharsets.UTF_8.name());
        }

        @Override
        protected byte[] readRecord() throws IOException {
            byte[] header = super.readRecord();
            if (!ended && header == null) {
                throw new EOFException("it ends within a file");
            }
            ended |= isEOFRecord(header); // one record of zeros ends an archive, though there should be two
            if (!ended) {
                check(header);
            }
            return header;
        }

        private void check(byte[] header) {
            if (!TarUtils.verifyCheckSum(header)) {
                throw refused("has a header with a wrong checksum");
            }
            switch (header[TYPE_AT]) {
                case TarConstants.LF_PAX_EXTENDED_HEADER_LC, TarConstants.LF_PAX_EXTENDED_HEADER_UC,
                        TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, TarConstants.LF_GNUTYPE_LONGNAME,
                        TarConstants.LF_GNUTYPE_LONGLINK -> {
                    long bytes = TarUtils.parseOctalOrBinary(header, SIZE_AT, SIZE_BYTES);
                    extended++;
                    if (bytes < 0 || bytes > MOST_EXTENDED_BYTES || extended > MOST_EXTENDED) {
                        throw refused("holds the extended header '" + TarUtils.parseName(header, 0, 100) + "' of bytes="
                                + bytes + ", number " + extended + " before one file");
                    }
                }
                // the library reads what follows such a header as more of it
                case TarConstants.LF_GNUTYPE_SPARSE -> throw refused("holds a sparse file");
                default -> extended = 0;
            }
        }
    }
}
