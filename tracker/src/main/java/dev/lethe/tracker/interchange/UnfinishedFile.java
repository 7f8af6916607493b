package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FolderOperations;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that has another name until it is whole. {@link #finish} renames it, over a file that was there before; {@link
 * #close} without it leaves everything unchanged.
 */
final class UnfinishedFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final FolderOperations folders;
    private final Path unfinished;
    private final FileChannel channel;
    private final OutputStream output;
    private boolean finished;

    /**
     * Makes an empty file beside the place of the finished one.
     *
     * @param path
     *            the name of the finished file
     */
    UnfinishedFile(Path path) throws IOException {
        this(path, FolderOperations.disk());
    }

    UnfinishedFile(Path path, FolderOperations folders) throws IOException {
        this.path = path;
        this.folders = folders;
        // two writers of one file must not write into one another's: the last to finish has the name
        String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        this.unfinished = path.resolveSibling(path.getFileName() + "." + suffix + ".new");
        this.channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.output = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    /** Returns the stream for the content; it is buffered, and must not be closed. */
    OutputStream output() {
        return output;
    }

    /**
     * Makes the content durable and gives the file its name, durably too.
     *
     * @throws IOException
     *             if it cannot; a file that was there before is then unchanged; or, if only the new name could not be
     *             made durable, the new file is there whole
     */
    void finish() throws IOException {
        output.flush();
        channel.force(true);
        channel.close();
        folders.move(unfinished, path);
        finished = true;
        folders.syncFolderOf(path);
    }

    @Override
    public void close() throws IOException {
        if (!finished) {
            channel.close();
            Files.deleteIfExists(unfinished);
        }
    }
}
