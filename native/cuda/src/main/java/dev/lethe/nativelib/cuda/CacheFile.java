package dev.lethe.nativelib.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A writer of files of the cache, which other processes read and write at the same time. */
final class CacheFile {
    private CacheFile() {}

    /**
     * Writes a file whole or not at all, replacing an earlier one; makes its folder if it is missing.
     *
     * @param file file to write
     * @param content bytes of the file
     * @throws IOException if the file cannot be written; no temporary file is left then
     */
    static void write(Path file, byte[] content) throws IOException {
        Path folder = Files.createDirectories(file.getParent());
        Path beside = Files.createTempFile(folder, "cache", ".part");
        try {
            Files.write(beside, content);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(beside); // it is gone once it was moved
        }
    }
}
