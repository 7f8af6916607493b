package dev.lethe.train.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Operations on files by which a checkpoint is written and read. Each operation that changes files is one durable step:
 * a crash falls between or inside them.
 */
interface FileOperations {

    /** Writer of the bytes of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream output) throws IOException;
    }

    /** Returns the operations of the machine's file system. */
    static FileOperations disk() {
        return new DiskOperations();
    }

    /** Opens a file for reading. */
    default FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Makes a folder and those above it. */
    void createFolder(Path folder) throws IOException;

    /** Writes a file, in place of one that was there before; its bytes are on the disk on return. */
    void write(Path file, Content content) throws IOException;

    /** Makes the list of a folder's files durable. */
    void sync(Path folder) throws IOException;

    /** Renames a file, over one that was there before, or a folder. */
    void move(Path from, Path to) throws IOException;

    /** Deletes a file or an empty folder. */
    void delete(Path path) throws IOException;

    /** Is told that a file or folder is about to be looked at or read; tests change files at that moment. */
    default void looking(Path file) {
        // the file system need not know
    }
}
