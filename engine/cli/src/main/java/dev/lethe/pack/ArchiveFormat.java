package dev.lethe.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Formats of compressed tar archives; the same folder gives the same bytes at any time and for any user. */
public enum ArchiveFormat {
    /** Format with the smaller archives. */
    XZ(".tar.xz"),
    /** Format that every system can unpack. */
    GZIP(".tar.gz");

    /**
     * Modification time of every entry, the same as in the project's jars: the time of packing would change the bytes.
     */
    private static final FileTime MODIFIED = FileTime.fromMillis(1_767_225_600_000L); // 2026-01-01T00:00:00Z
    private static final int EXECUTABLE = 0755;
    private static final int READABLE = 0644;
    private static final int LINK = 0777;

    private final String suffix;

    ArchiveFormat(String suffix) {
        this.suffix = suffix;
    }

    /** Returns the format that a file's name asks for. */
    public static Optional<ArchiveFormat> of(Path file) {
        return Arrays.stream(values()).filter(format -> file.toString().endsWith(format.suffix)).findFirst();
    }

    /** Returns the end of a file's name, with its dot. */
    public String suffix() {
        return suffix;
    }

    /**
     * Archives a folder under its name. Files belong to root, and everyone may read them, whichever permissions they
     * have here: a pack is unpacked by other users.
     *
     * @param folder folder to archive
     * @param archive file to write
     * @throws PackException when the folder holds a link that leads out of it, or an entry that is neither file, folder
     *         nor link
     */
    void write(Path folder, Path archive) throws IOException {
        Path parent = parent(folder.toAbsolutePath().normalize());
        List<Path> paths;
        try (Stream<Path> walked = Files.walk(parent.resolve(folder.getFileName()))) {
            paths = walked.sorted().toList();
        }
        try (OutputStream file = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(compressed(file),
                        StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU); // which BusyBox reads too
            for (Path path : paths) {
                add(tar, paths.getFirst(), path);
            }
        }
    }

    private OutputStream compressed(OutputStream file) throws IOException {
        return switch (this) {
            case XZ -> new XzOutputStream(file, XzOutputStream.filters(System.getProperty("os.arch")));
            case GZIP -> {
                GzipParameters parameters = new GzipParameters();
                parameters.setCompressionLevel(Deflater.BEST_COMPRESSION);
                yield new GzipCompressorOutputStream(file, parameters);
            }
        };
    }

    private static Path parent(Path folder) {
        return Objects.requireNonNull(folder.getParent(), "a root is not packed");
    }

    private static void add(TarArchiveOutputStream tar, Path folder, Path path) throws IOException {
        String name = parent(folder).relativize(path).toString();
        boolean directory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        TarArchiveEntry entry;
        if (Files.isSymbolicLink(path)) {
            entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(target(folder, path).toString());
            entry.setMode(LINK);
        } else if (directory || Files.isRegularFile(path)) {
            entry = new TarArchiveEntry(directory ? name + "/" : name);
            entry.setSize(directory ? 0 : Files.size(path));
            entry.setMode(directory || isExecutable(path) ? EXECUTABLE : READABLE);
        } else {
            throw new PackException(path + " is neither file, folder nor link: take it out of what is packed");
        }
        entry.setLastModifiedTime(MODIFIED);
        entry.setIds(0, 0);
        entry.setNames("root", "root");
        tar.putArchiveEntry(entry);
        if (entry.getSize() > 0) {
            Files.copy(path, tar);
        }
        tar.closeArchiveEntry();
    }

    private static boolean isExecutable(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).stream()
                .anyMatch(permission -> permission == PosixFilePermission.OWNER_EXECUTE
                        || permission == PosixFilePermission.GROUP_EXECUTE
                        || permission == PosixFilePermission.OTHERS_EXECUTE);
    }

    /** Returns the target of a link, which must lie in the folder. */
    private static Path target(Path folder, Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        if (target.isAbsolute() || !link.resolveSibling(target).normalize().startsWith(folder)) {
            throw new PackException(link + " is a link to " + target + ", outside the pack: put a copy in its place");
        }
        return target;
    }
}
