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
    private final MemorySegment predicted; // int32 (rows)
    private final PresentationColumns columns; // (rows)
    private final @Nullable ExampleTables tables; // null if results are in host memory, like the next one
    private final @Nullable RecordedEpoch gathered; // (examples)

    /**
     * Allocates the memory and binds a pipeline to it, and to the images and labels that it draws batches from.
     *
     * @param program program that makes the presentations
     * @param pipeline tensors of the program that are bound
     * @param images images and labels, each of which is presented once
     * @param arena memory of the presentations, which must outlive the program
     */
    Presentations(Program program, InputPipeline pipeline, ImageSet images, Arena arena) {
        this.program = program;
        predictions = pipeline.predictions();
        program.bind(pipeline.images(), images.pixels());
        program.bind(pipeline.labels(), images.labels());
        predicted = bound(predictions.predicted(), arena);
        columns = new PresentationColumns(bound(pipeline.order(), arena), bound(predictions.correct(), arena),
                bound(predictions.margin(), arena), bound(predictions.el2n(), arena),
                bound(predictions.probability(), arena), bound(predictions.loss(), arena));
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

    /** Prepares the device for an epoch. */
    void begin() {
        if (tables != null) {
            tables.tables().forEach(program::clear);
        }
    }

    /** Copies the rows of plans that do not write into this memory themselves. */
    void download() {
        predictions.columns().forEach(program::download);
    }

    /** Tells whether a device gathers the presentations by example, because results are not in host memory. */
    boolean onDevice() {
        return tables != null;
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
        return columns;
    }

    /** Returns the class with the largest logit of each presentation, -1 if a logit was NaN: int32 (rows). */
    public MemorySegment predicted() {
        return predicted;
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

    /** Counts the right predictions among rows [first, first + count). */
    public int correctCount(int first, int count) {
        int right = 0;
        for (int i = first; i < first + count; i++) {
            right += columns.correct().getAtIndex(JAVA_INT, i);
        }
        return right;
    }

    /** Returns the predicted class of each example, by id. */
    public int[] predictedByExample() {
        int[] classes = new int[rows()];
        for (int i = 0; i < classes.length; i++) {
            classes[columns.ids().getAtIndex(JAVA_INT, i)] = predicted.getAtIndex(JAVA_INT, i);
        }
        return classes;
    }
}
