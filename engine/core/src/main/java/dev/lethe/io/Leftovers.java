package dev.lethe.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Remover of temporary files whose writers were killed. Those of {@link AtomicFiles} are told from living ones by their
 * locks.
 */
public final class Leftovers {
    private static final Pattern NAME = Pattern.compile(".+" + PartialFile.SUFFIX, Pattern.DOTALL);
    /** Names of temporary files of the tracker: of new histories, and of tables and arrays. */
    private static final String TRACKER = ".+\\.lethe\\.new|.+\\.[0-9a-f]{8,16}\\.new";
    /** Names of temporary files of earlier versions. */
    private static final String EARLIER = "(study|config|run|results)\\.json\\.partial|report\\.html\\.partial"
            + "|[a-z0-9-]+\\.(csv|svg|png)\\.partial";
    private static final Pattern WITHOUT_LOCK = Pattern.compile(TRACKER + "|" + EARLIER, Pattern.DOTALL);

    private Leftovers() {}

    /** Says whether a file is a temporary one by its name, whether its writer lives or not. */
    public static boolean isTemporary(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName())).matches()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes the temporary files of dead processes from a folder; those below it stay. */
    public static void remove(Path folder) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.toRealPath(), Leftovers::isTemporary)) {
            for (Path file : found) {
                if (!PartialFile.isOwn(file)) {
                    removeUnlessLocked(file);
                }
            }
        }
    }

    /**
     * Removes all temporary files from a folder, also those that have no locks of their own. The caller holds a lock on
     * the folder, without which nobody writes there.
     */
    public static void removeAll(Path folder) throws IOException {
        remove(folder);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, Leftovers::isWithoutLock)) {
            for (Path file : found) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isWithoutLock(Path file) {
        return WITHOUT_LOCK.matcher(String.valueOf(file.getFileName())).matches()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static void removeUnlessLocked(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file); // while it is locked: its writer may be about to lock it
            }
        } catch (NoSuchFileException | OverlappingFileLockException _) {
            // its writer was quicker, or another thread removes it
        } catch (AccessDeniedException _) {
            // of another user, who may remove it
        }
    }
}
