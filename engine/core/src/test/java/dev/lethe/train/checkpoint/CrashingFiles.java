package dev.lethe.train.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * File operations of a process that dies at one of them: this one is not done, half done or done, and later ones are
 * not, whatever the dying code tries.
 */
final class CrashingFiles implements FileOperations {
    /** Progress of the operation. */
    enum Moment {
        BEFORE, HALFWAY, AFTER
    }

    /** Death of the process, which no code may handle. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private interface Step {
        void run() throws IOException;
    }

    private final FileOperations disk = FileOperations.disk();
    private final List<String> log = new ArrayList<>();
    private final int at;
    private final Moment moment;

    /**
     * Makes the operations of a process.
     *
     * @param at number of the operation at which the process dies, from 0; a large one is never reached
     */
    CrashingFiles(int at, Moment moment) {
        this.at = at;
        this.moment = moment;
    }

    /** Returns the operations so far, in order. */
    List<String> log() {
        return List.copyOf(log);
    }

    private void step(String what, Step half, Step whole) throws IOException {
        int index = log.size();
        log.add(what);
        if (index > at || index == at && moment == Moment.BEFORE) {
            throw new Crash();
        }
        if (index == at && moment == Moment.HALFWAY) {
            half.run();
            throw new Crash();
        }
        whole.run();
        if (index == at) {
            throw new Crash();
        }
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        step("create " + folder.getFileName(), () -> disk.createFolder(folder.getParent()),
                () -> disk.createFolder(folder));
    }

    @Override
    public void write(Path file, Content content) throws IOException {
        step("write " + file.getFileName(), () -> {
            byte[] bytes = bytes(content);
            disk.write(file, output -> output.write(bytes, 0, bytes.length / 2));
        }, () -> disk.write(file, content));
    }

    private static byte[] bytes(Content content) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            content.writeTo(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void sync(Path folder) throws IOException {
        step("sync " + folder.getFileName(), () -> {}, () -> disk.sync(folder));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step("move " + from.getFileName() + " " + to.getFileName(), () -> {}, () -> disk.move(from, to));
    }

    @Override
    public void delete(Path path) throws IOException {
        step("delete " + path.getFileName(), () -> {}, () -> disk.delete(path));
    }
}
