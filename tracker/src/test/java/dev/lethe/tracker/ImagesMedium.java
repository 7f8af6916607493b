package dev.lethe.tracker;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A medium in memory that keeps what a reader could have found: the bytes before and after each half of each write. */
final class ImagesMedium extends ForwardingMedium {
    private static final int EXAMPLES = 20;
    private static final TrackerSpec SPEC = TrackerSpec.of(EXAMPLES, 20).with(Repeats.KEPT);
    static final HistoryLayout LAYOUT = HistoryLayout.of(SPEC);

    private final byte[] bytes;
    private final List<byte[]> images = new ArrayList<>();
    private final List<Integer> epochs = new ArrayList<>();
    private int forcesBeforeFailure = Integer.MAX_VALUE;

    /** Makes a history without epochs. */
    ImagesMedium(TrackerSpec spec) throws IOException {
        super(spec);
        bytes = new byte[(int) HistoryLayout.of(spec).fileBytes()];
        HistoryWriter.format(this, spec); // no images: the file has no name yet
        keep();
    }

    /** Records examples {@code [from, to)}, of which other ones are right in each epoch. */
    private static void record(ForgettingTracker tracker, int from, int to) {
        for (int example = from; example < to; example++) {
            boolean correct = (example + tracker.committedEpochs()) % 3 != 0;
            tracker.record(example, correct, 1, correct ? 1 : 0, 0.5f, 2);
        }
    }

    /**
     * Keeps the images of commits of one and of several rounds, whole and sampled; two are withdrawn and made again,
     * one is withdrawn and discarded. Each presentation adds 1 to the margin and, if it is right, 1 to EL2N, so that
     * the sums follow from the planes.
     */
    static ImagesMedium ofCommits() throws IOException {
        ImagesMedium medium = new ImagesMedium(SPEC);
        try (ForgettingTracker tracker = ForgettingTracker.on(medium, SPEC)) {
            record(tracker, 0, EXAMPLES);
            tracker.commitEpoch();
            record(tracker, 3, 11);
            tracker.commitEpoch();
            record(tracker, 0, EXAMPLES);
            record(tracker, 5, 12);
            record(tracker, 7, 8);
            tracker.commitEpoch();
            record(tracker, 2, 9);
            medium.failToConfirm();
            assertThrows(IOException.class, tracker::commitEpoch);
            record(tracker, 8, 17);
            tracker.commitEpoch();
            record(tracker, 0, EXAMPLES);
            record(tracker, 1, 2);
            medium.failToConfirm();
            assertThrows(IOException.class, tracker::commitEpoch);
            record(tracker, 0, 4);
            tracker.commitEpoch();
            record(tracker, 0, 15);
            record(tracker, 3, 7);
            record(tracker, 5, 6);
            medium.failToConfirm();
            assertThrows(IOException.class, tracker::commitEpoch);
            tracker.discardEpoch();
            for (int epoch = 5; epoch < 9; epoch++) {
                record(tracker, epoch, EXAMPLES);
                tracker.commitEpoch();
            }
        }
        return medium;
    }

    private void keep() throws IOException {
        images.add(bytes.clone());
        try (History history = history()) {
            epochs.add(history.epochs());
        }
    }

    /** Lets the second of the next two forces fail, which confirms a commit: everything was written before. */
    void failToConfirm() {
        forcesBeforeFailure = 1;
    }

    /** Returns the images, in the order of the writes. */
    List<byte[]> images() {
        return images;
    }

    /** Returns the number of epochs that are committed in each image. */
    List<Integer> epochs() {
        return epochs;
    }

    /** Writes all images, one after the other. */
    void writeImages(Path file) throws IOException {
        try (OutputStream output = Files.newOutputStream(file)) {
            for (byte[] image : images) {
                output.write(image);
            }
        }
    }

    @Override
    public void write(long offset, MemorySegment source) throws IOException {
        long half = source.byteSize() / 2;
        writePart(offset, source.asSlice(0, half));
        writePart(offset + half, source.asSlice(half));
    }

    private void writePart(long offset, MemorySegment source) throws IOException {
        super.write(offset, source);
        MemorySegment.copy(source, 0, MemorySegment.ofArray(bytes), offset, source.byteSize());
        if (!epochs.isEmpty()) {
            keep();
        }
    }

    @Override
    public void force() throws IOException {
        if (forcesBeforeFailure-- == 0) {
            forcesBeforeFailure = Integer.MAX_VALUE;
            throw new IOException("Input/output error");
        }
    }
}
