package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.ExampleTables;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.model.InputPipeline;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.RecordedEpoch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Presentations of one epoch, or of one test: the memory that receives a program's {@link Predictions}, a row for each
 * presentation in order, in the types that a {@link ForgettingTracker} records. The memory is native, may be read by
 * any thread while the trainer lives, and is overwritten in the next epoch: step by step if results are in host memory,
 * otherwise as a whole when the epoch ends. A device also gathers the presentations by example while it makes them, so
 * that a tracker copies the sums of an epoch, instead of recording one by one while the device waits.
 */
public final class Presentations {
    private static final String ON_DEVICES = "only a device gathers presentations by example";

    private final Program program;
    private final Predictions predictions;
    private final int examples;
    private final boolean ownLosses; // written on the host
    private final boolean hostMemory;
    private final MemorySegment predicted; // int32 (rows of the largest epoch)
    private final PresentationColumns all; // (rows of the largest epoch)
    private PresentationColumns columns; // (rows)
    private final @Nullable ExampleTables tables; // null if results are in host memory, like the next one
    private final @Nullable RecordedEpoch gathered; // (examples)

    /**
     * Allocates the memory and binds a pipeline to it, and to the images and labels that it draws batches from.
     *
     * @param program program that makes the presentations
     * @param pipeline tensors of the program that are bound
     * @param images images and labels
     * @param ownLosses whether losses are written on the host, and not by the program
     * @param hostMemory whether results are in host memory
     * @param arena memory of the presentations, which must outlive the program
     */
    Presentations(Program program, InputPipeline pipeline, ImageSet images, boolean ownLosses, boolean hostMemory,
            Arena arena) {
        this.program = program;
        this.ownLosses = ownLosses;
        this.hostMemory = hostMemory;
        examples = images.examples();
        predictions = pipeline.predictions();
        program.bind(pipeline.images(), images.pixels());
        program.bind(pipeline.labels(), images.labels());
        predicted = bound(predictions.predicted(), arena);
        all = new PresentationColumns(bound(pipeline.order(), arena), bound(predictions.correct(), arena),
                bound(predictions.margin(), arena), bound(predictions.el2n(), arena),
                bound(predictions.probability(), arena), bound(predictions.loss(), arena));
        columns = all;
        tables = pipeline.tables().orElse(null);
        gathered = tables == null
                ? null
                : new RecordedEpoch(bound(tables.seen(), arena), bound(tables.correct(), arena),
                        bound(tables.sums(), arena));
    }

    private MemorySegment bound(Tensor tensor, Arena arena) {
        MemorySegment memory = arena.allocate(tensor.bytes(), 64);
        program.bind(tensor, memory);
        return memory;
    }

    /** Begins an epoch with a number of rows. */
    void begin(int rows) {
        long bytes = (long) rows * Integer.BYTES;
        columns = new PresentationColumns(all.ids().asSlice(0, bytes), all.correct().asSlice(0, bytes),
                all.margins().asSlice(0, bytes), all.el2n().asSlice(0, bytes), all.probabilities().asSlice(0, bytes),
                all.losses().asSlice(0, bytes));
        if (tables != null) {
            tables.tables().forEach(program::clear);
        }
    }

    /** Copies the rows of plans that do not write into this memory themselves. */
    void download() {
        predictions.columns().stream().filter(column -> !ownLosses || !column.equals(predictions.loss()))
                .forEach(program::download);
    }

    /** Tells whether results are not in host memory before an epoch ends. */
    boolean onDevice() {
        return !hostMemory;
    }

    /** Tells whether a device gathers the presentations by example. */
    boolean gathers() {
        return tables != null;
    }

    /** Returns the example of each presentation: int32 (rows of the largest epoch). */
    MemorySegment ids() {
        return all.ids();
    }

    /** Returns the memory of losses: float32 (rows of the largest epoch). */
    MemorySegment losses() {
        return all.losses();
    }

    /** Records rows [first, first + count), which are in this memory. */
    void record(ForgettingTracker tracker, int first, int count) {
        tracker.record(columns, first, count);
    }

    /** Copies the epoch that the device has gathered, and records it as a whole. */
    void recordGathered(ForgettingTracker tracker) {
        Objects.requireNonNull(tables, ON_DEVICES).tables().forEach(program::download);
        tracker.record(Objects.requireNonNull(gathered, ON_DEVICES));
    }

    /** Returns what a tracker records of each presentation: (rows). */
    public PresentationColumns columns() {
        requireOpen();
        return columns;
    }

    /** Returns the class with the largest logit of each presentation, -1 if a logit was NaN: int32 (rows). */
    public MemorySegment predicted() {
        requireOpen();
        return predicted.asSlice(0, columns.ids().byteSize());
    }

    private void requireOpen() {
        if (!predicted.scope().isAlive()) {
            throw new IllegalStateException("these predictions are of a trainer that is closed: read them before");
        }
    }

    /** Returns the number of presentations. */
    public int rows() {
        return Math.toIntExact(columns.rows());
    }

    /** Returns the sum of the losses of rows [first, first + count). */
    double lossSum(int first, int count) {
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += columns.losses().getAtIndex(JAVA_FLOAT, i);
        }
        return sum;
    }

    /**
     * Counts the right predictions among rows [first, first + count).
     *
     * @throws IndexOutOfBoundsException when there are no such rows
     * @throws IllegalStateException when the trainer is closed
     */
    public int correctCount(int first, int count) {
        requireOpen();
        if (first < 0 || count < 0 || first > rows() - count) {
            throw new IndexOutOfBoundsException("first=" + first + " count=" + count + " are not within rows=" + rows()
                    + ": give rows that are there");
        }
        int right = 0;
        for (int i = first; i < first + count; i++) {
            right += columns.correct().getAtIndex(JAVA_INT, i);
        }
        return right;
    }

    /** Returns the class that was predicted last for each example, by id; -1 for one that was not presented. */
    public int[] predictedByExample() {
        requireOpen();
        int[] classes = new int[examples];
        Arrays.fill(classes, -1);
        for (int i = 0; i < rows(); i++) {
            classes[columns.ids().getAtIndex(JAVA_INT, i)] = predicted.getAtIndex(JAVA_INT, i);
        }
        return classes;
    }
}
