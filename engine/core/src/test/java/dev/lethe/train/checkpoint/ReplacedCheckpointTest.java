package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of a checkpoint that is replaced meanwhile, which get one of the two, whole. */
class ReplacedCheckpointTest {
    private static final int READS = 400;
    private static final int REPLACED = 20; // checkpoints, at least, while they are read

    @TempDir
    private Path temporary;
    private int folders;

    @Test
    void shouldReadWholeCheckpointsWhileAnotherThreadReplacesThem() throws Exception {
        new CheckpointFolder(temporary).write(States.after(0));
        AtomicBoolean enough = new AtomicBoolean();
        try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
            Future<Integer> written = writer.submit(() -> {
                int epoch = 0;
                while (!enough.get()) {
                    new CheckpointFolder(temporary, new QuickFiles()).write(States.after(++epoch));
                }
                return epoch;
            });
            try {
                int before = 0;
                for (int read = 0; read < READS || before < REPLACED; read++) { // the writer may begin late
                    int epoch = States.epochIn(temporary);
                    assertTrue(epoch >= before, "epoch " + epoch + " after " + before);
                    before = epoch;
                }
            } finally {
                enough.set(true);
            }
            assertTrue(written.get() >= REPLACED);
        }
    }

    /** The writer does some operations at one moment of the reader, and the others at a later moment, or never. */
    @Test
    void shouldReadAWholeCheckpointWhateverTheWriterDoesMeanwhile() throws Exception {
        int operations = operations();
        int moments = moments();
        assertTrue(operations > 10 && moments > 3, operations + " operations, " + moments + " moments");
        for (int first = 0; first < moments; first++) {
            for (int done = 1; done <= operations; done++) {
                for (int second = first + 1; second <= moments; second++) {
                    require(first, done, second, operations);
                }
            }
        }
    }

    private Path newRun() throws IOException {
        Path run = Files.createDirectory(temporary.resolve("run-" + folders++));
        new CheckpointFolder(run, new QuickFiles()).write(States.after(1));
        return run;
    }

    private int operations() throws IOException {
        List<String> log = new ArrayList<>();
        new CheckpointFolder(newRun(), new QuickFiles(log::add, _ -> {})).write(States.after(2));
        return log.size();
    }

    private int moments() throws IOException {
        List<Path> looks = new ArrayList<>();
        new CheckpointFolder(newRun(), new QuickFiles(_ -> {}, looks::add)).read(States.RUN);
        return looks.size();
    }

    private void require(int first, int done, int second, int operations) throws Exception {
        Path run = newRun();
        try (SteppedWriter writer = new SteppedWriter(run, States.after(2), operations)) {
            int[] moment = new int[1];
            CheckpointFolder reader = new CheckpointFolder(run, new QuickFiles(_ -> {}, _ -> {
                int now = moment[0]++;
                writer.step(now == first ? done : now == second ? operations : 0);
            }));
            String when = done + " operations at moment " + first + ", the others at " + second;
            TrainingState state = reader.read(States.RUN).orElseThrow(() -> new AssertionError("none: " + when));
            assertEquals(States.after(state.epoch()), state, when);
        }
    }

    /** Thread that writes a checkpoint, and waits before each operation until it is allowed. */
    private static final class SteppedWriter implements AutoCloseable {
        private final Semaphore allowed = new Semaphore(0);
        private final Semaphore finished = new Semaphore(0);
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<?> written;
        private int left;

        SteppedWriter(Path run, TrainingState state, int operations) {
            left = operations;
            QuickFiles files = new QuickFiles(_ -> {
                finished.release(); // the operation before
                allowed.acquireUninterruptibly();
            }, _ -> {});
            written = thread.submit(() -> {
                new CheckpointFolder(run, files).write(state);
                finished.release();
                return null;
            });
            finished.acquireUninterruptibly(); // it waits before its first operation
        }

        void step(int operations) {
            for (int i = 0; i < operations && left > 0; i++) {
                left--;
                allowed.release();
                finished.acquireUninterruptibly();
            }
        }

        @Override
        public void close() throws IOException {
            step(left);
            thread.close();
            assertEquals(Future.State.SUCCESS, written.state());
        }
    }

    /** Disk that is not waited for, and that reports its operations. */
    private static final class QuickFiles implements FileOperations {
        private final Consumer<String> before;
        private final Consumer<Path> looking;

        QuickFiles() {
            this(_ -> {}, _ -> {});
        }

        QuickFiles(Consumer<String> before, Consumer<Path> looking) {
            this.before = before;
            this.looking = looking;
        }

        @Override
        public void looking(Path file) {
            looking.accept(file);
        }

        @Override
        public void createFolder(Path folder) throws IOException {
            before.accept("create");
            Files.createDirectories(folder);
        }

        @Override
        public void write(Path file, Content content) throws IOException {
            before.accept("write");
            try (OutputStream output = Files.newOutputStream(file)) {
                content.writeTo(output);
            }
        }

        @Override
        public void sync(Path folder) {
            before.accept("sync");
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            before.accept("move");
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void delete(Path path) throws IOException {
            before.accept("delete");
            Files.delete(path);
        }
    }
}
