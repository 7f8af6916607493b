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
import org.jspecify.annotations.Nullable;

/**
 * Fetch of a data set: downloads, verifies and unpacks it in {@code FOLDER.fetch}, and gives the folder its name when
 * it is whole. Downloads of an interrupted fetch are kept there for the next one.
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
     * Data set that is on this machine.
     *
     * @param folder folder of its files
     * @param before whether it was there before the fetch
     */
    public record Fetched(Path folder, boolean before) {}

    /**
     * Fetches a data set unless its folder is there.
     *
     * @param publication data set to fetch
     * @param to folder that receives the data set's folder
     * @param listener is told of the downloads
     * @throws DataSetException when it cannot be downloaded, with the steps to take by hand; or when the folder that is
     *         there is damaged
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
                    + FileProblem.fileAndReason(e)
                    + "): choose another folder, or another cache folder with LETHE_CACHE", e);
        }
    }

    private void requireFolder() {
        if (!Files.isDirectory(target)) {
            throw new DataSetException(target + " is a file where data set " + publication.name()
                    + " has a folder: move it away, or choose another folder");
        }
    }

    /** Removes the files of a process that was killed after its last step, unless another one is working there. */
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

    private DataSetException busy(@Nullable Exception cause) {
        return new DataSetException("data set " + publication.name() + " is being fetched to " + to
                + " by somebody else: wait until that is done", cause);
    }

    /** Downloads and unpacks the files, and returns the folder to rename when everything is in it. */
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
