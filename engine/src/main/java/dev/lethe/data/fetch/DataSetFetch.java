package dev.lethe.data.fetch;

import dev.lethe.data.DataSetException;
import dev.lethe.data.fetch.Publication.RemoteFile;
import dev.lethe.io.AtomicFiles;
import dev.lethe.io.FileProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Fetches a data set: downloads, verifies and unpacks it in {@code FOLDER.fetch}, and gives it its name when it is
 * whole. What a fetch that was cut off had downloaded is kept there for the next.
 */
public final class DataSetFetch {
    private static final String LOCK = "lock";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Publication publication;
    private final Path to;
    private final Path target;
    private final Path work;

    private DataSetFetch(Publication publication, Path to) {
        this.publication = publication;
        this.to = to;
        this.target = to.resolve(publication.folder());
        this.work = to.resolve(publication.folder() + ".fetch");
    }

    /**
     * A data set that is on this machine.
     *
     * @param folder of its files
     * @param before whether it was there already
     */
    public record Fetched(Path folder, boolean before) {}

    /**
     * Fetches a data set unless its folder is there.
     *
     * @param to receives the data set's folder
     * @throws DataSetException when it cannot be downloaded, with what to do by hand; or when what is there is damaged
     */
    public static Fetched fetch(Publication publication, Path to, FetchListener listener) {
        return fetch(publication, to, listener, PATIENCE);
    }

    static Fetched fetch(Publication publication, Path to, FetchListener listener, Duration patience) {
        return new DataSetFetch(publication, to).fetch(listener, patience);
    }

    private Fetched fetch(FetchListener listener, Duration patience) {
        try {
            if (Files.exists(target)) {
                requireFolder();
                Sha256Sums.verify(target);
                removeLeftovers();
                return new Fetched(target, true);
            }
            Files.createDirectories(work);
            try (FileChannel channel = FileChannel.open(work.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE); FileLock _ = lock(channel)) {
                boolean before = Files.exists(target); // another program may have fetched it meanwhile
                if (!before) {
                    Path content = content(listener, patience);
                    Sha256Sums.write(content);
                    AtomicFiles.sync(content);
                    AtomicFiles.move(content, target);
                }
                delete(work); // while it is locked, so that nobody begins in it
                return new Fetched(target, before);
            }
        } catch (Downloader.NoSourceException e) {
            throw new DataSetException("data set " + publication.name() + " cannot be downloaded, " + e.getMessage()
                    + ": try again, or " + byHand(), e);
        } catch (IOException e) {
            throw new DataSetException("data set " + publication.name() + " cannot be kept in " + to + " ("
                    + FileProblem.fileAndReason(e) + "): choose another folder with --to or LETHE_CACHE", e);
        }
    }

    private void requireFolder() {
        if (!Files.isDirectory(target)) {
            throw new DataSetException(target + " is a file where data set " + publication.name()
                    + " has a folder: move it away, or choose another folder with --to");
        }
    }

    /** Removes what a process left that was killed after its last step, unless another one is working there. */
    private void removeLeftovers() throws IOException {
        if (Files.exists(work)) {
            try (FileChannel channel = FileChannel.open(work.resolve(LOCK), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE); FileLock held = channel.tryLock()) {
                if (held != null) {
                    delete(work);
                }
            } catch (NoSuchFileException | OverlappingFileLockException _) {
                // somebody else is removing it
            }
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            throw busy(e);
        }
        throw busy(null);
    }

    private DataSetException busy(Exception cause) {
        return new DataSetException("data set " + publication.name() + " is being fetched to " + to
                + " by somebody else: wait until that is done", cause);
    }

    /** The folder to rename when everything is in it. */
    private Path content(FetchListener listener, Duration patience) throws IOException {
        Path files = Files.createDirectories(work.resolve("files"));
        try (Downloader downloader = new Downloader(patience, listener)) {
            for (RemoteFile file : publication.files()) {
                downloader.download(file, publication.sources(), files);
            }
        }
        if (!publication.packed()) {
            return files;
        }
        Path archive = files.resolve(publication.files().getFirst().name());
        Path unpacked = work.resolve("unpacked");
        delete(unpacked);
        TarGz.unpack(archive, Files.createDirectories(unpacked));
        Path content = unpacked.resolve(publication.folder());
        if (!Files.isDirectory(content)) {
            throw new DataSetException("archive " + archive + " holds no folder " + publication.folder()
                    + ": it is not what was to be fetched, delete it");
        }
        return content;
    }

    private String byHand() {
        String names = String.join(", ", publication.files().stream().map(RemoteFile::name).toList());
        return "download " + names + " from " + publication.sources().getFirst() + " by hand "
                + (publication.packed()
                        ? "and unpack it in " + to + ", so that " + target + " holds its files"
                        : "into " + target);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
