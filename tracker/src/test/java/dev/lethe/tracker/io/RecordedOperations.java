package dev.lethe.tracker.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The operations of the file system, each of which is noted, and may fail instead. */
public final class RecordedOperations implements FolderOperations {
    private final List<String> done = new ArrayList<>();
    private final String failing;

    private RecordedOperations(String failing) {
        this.failing = failing;
    }

    /** Makes operations that all succeed. */
    public static RecordedOperations sound() {
        return new RecordedOperations("");
    }

    /** Makes operations of which those called {@code move} or {@code sync} fail, as on a damaged disk. */
    public static RecordedOperations failing(String operation) {
        return new RecordedOperations(operation);
    }

    /**
     * Returns the operations that were done, in order: {@code move FROM TO} and {@code sync FOLDER}, by the last parts
     * of paths.
     */
    public List<String> done() {
        return List.copyOf(done);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        note("move", from, to);
        FolderOperations.disk().move(from, to);
    }

    @Override
    public void sync(Path folder) throws IOException {
        note("sync", folder);
        FolderOperations.disk().sync(folder);
    }

    private void note(String operation, Path... paths) throws IOException {
        if (operation.equals(failing)) {
            throw new IOException("Input/output error");
        }
        StringBuilder text = new StringBuilder(operation);
        for (Path path : paths) {
            text.append(' ').append(path.getFileName());
        }
        done.add(text.toString());
    }
}
