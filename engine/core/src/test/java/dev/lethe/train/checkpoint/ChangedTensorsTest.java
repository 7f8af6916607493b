package dev.lethe.train.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.io.HookedChannel;
import dev.lethe.tracker.io.HookedChannel.Hook;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensor files and checkpoints that cannot be read in full, or are truncated while they are read. */
class ChangedTensorsTest {
    private static final Hook BAD_SECTOR = HookedChannel::failToRead;
    private static final String REMEDY = " could not be read, Input/output error: check the disk, or restore the file"
            + " from a copy";

    @TempDir
    private Path folder;

    private Path tensors() throws IOException {
        return Files.write(folder.resolve("x.safetensors"), TensorBytes.of(TensorBytes.sample(1)));
    }

    @Test
    void shouldNameTheTensorFileWhicheverReadFails() throws IOException {
        Path file = tensors();
        int reads = 0;
        while (fails(file, HookedChannel.open(file, reads, BAD_SECTOR))) {
            reads++;
        }
        assertEquals(2 + 5, reads); // length of the header, header, and each tensor that has elements
    }

    /** Tells whether the file has the failing read, and verifies that the exception names it. */
    private static boolean fails(Path file, HookedChannel channel) throws IOException {
        try {
            assertEquals(TensorBytes.sample(1), Safetensors.read(file, channel));
            assertFalse(channel.hookRan());
            return false;
        } catch (CheckpointException e) {
            assertTrue(e.getMessage().startsWith(file + ": bytes=") && e.getMessage().endsWith(REMEDY), e.getMessage());
            assertFalse(channel.isOpen());
            return true;
        }
    }

    @Test
    void shouldNameTheTensorFileThatIsTruncatedWhileItIsRead() throws IOException {
        byte[] bytes = Files.readAllBytes(tensors());
        for (int read = 0; read < 7; read++) {
            Path file = Files.write(folder.resolve("x.safetensors"), bytes);
            HookedChannel channel = HookedChannel.open(file, read, () -> HookedChannel.truncate(file, 3));
            String message = assertThrows(CheckpointException.class, () -> Safetensors.read(file, channel))
                    .getMessage();
            assertTrue(message.startsWith(file + ": truncated while it was read, bytes=3 where at least ")
                    && message.endsWith(" are needed: restore it from a copy"), message);
        }
    }

    /** File system in which a hook runs before one of the reads of one file. */
    private record HookedFiles(FileOperations disk, String name, int readsBefore, Hook hook)
            implements FileOperations {
        @Override
        public FileChannel open(Path file) throws IOException {
            return file.endsWith(name) ? HookedChannel.open(file, readsBefore, hook) : disk.open(file);
        }

        @Override
        public void createFolder(Path created) throws IOException {
            disk.createFolder(created);
        }

        @Override
        public void write(Path file, Content content) throws IOException {
            disk.write(file, content);
        }

        @Override
        public void sync(Path synced) throws IOException {
            disk.sync(synced);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            disk.move(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            disk.delete(path);
        }
    }

    private CheckpointFolder checkpoint(String name, int readsBefore, Hook hook) throws IOException {
        new CheckpointFolder(folder).write(States.after(1));
        return new CheckpointFolder(folder, new HookedFiles(FileOperations.disk(), name, readsBefore, hook));
    }

    @Test
    void shouldNameTheFileOfACheckpointThatCannotBeRead() throws IOException {
        for (String name : new String[]{"state.json", "weights.safetensors", "optimizer.safetensors"}) {
            Path file = folder.resolve("checkpoint").resolve(name);
            int reads = name.equals("state.json") ? 1 : 4; // digest, length of the header, header, a tensor and others
            for (int read = 0; read < reads; read++) {
                CheckpointFolder failing = checkpoint(name, read, BAD_SECTOR);
                String message = assertThrows(CheckpointException.class, () -> failing.read(States.RUN)).getMessage();
                assertTrue(message.startsWith(file + ": bytes=") && message.endsWith(REMEDY), message);
                CheckpointFolder shrinking = checkpoint(name, read, () -> HookedChannel.truncate(file, 5));
                message = assertThrows(CheckpointException.class, () -> shrinking.read(States.RUN)).getMessage();
                assertTrue(message.startsWith(file + ": "), message);
                assertTrue(message.contains("truncated while it was read, bytes=5 where at least ")
                        || message.contains("bytes=5 are too few for a safetensors file"), message);
            }
        }
        assertEquals(Optional.of(States.after(1)), checkpoint("none", 0, BAD_SECTOR).read(States.RUN));
    }

    /** A checkpoint of another program may have a folder there. */
    @Test
    void shouldNameAFolderInPlaceOfTheState() throws IOException {
        CheckpointFolder checkpoint = checkpoint("none", 0, BAD_SECTOR);
        Path state = folder.resolve("checkpoint/state.json");
        Files.delete(state);
        Files.createDirectory(state);
        String message = assertThrows(IOException.class, () -> checkpoint.read(States.RUN)).getMessage();
        assertTrue(message.contains(state.toString()), message);
    }
}
