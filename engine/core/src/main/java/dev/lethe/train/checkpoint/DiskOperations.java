package dev.lethe.train.checkpoint;

import dev.lethe.io.AtomicFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Operations of the machine's file system. */
final class DiskOperations implements FileOperations {
    private static final int BUFFER = 1 << 16;

    @Override
    public void createFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
    }

    @Override
    public void write(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            OutputStream output = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            content.writeTo(output);
            output.flush();
            channel.force(true);
        }
    }

    @Override
    public void sync(Path folder) throws IOException {
        AtomicFiles.sync(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }
}
