package dev.lethe.train;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.data.ImageSet;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.op.Predictions;
import dev.lethe.model.InputPipeline;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Predictions of one epoch, a row for each presentation in the order of training. The memory is native, may be read by
 * any thread while the trainer lives, and is overwritten in the next epoch: step by step if results are in host memory,
 * otherwise as a whole when the epoch ends.
 *
 * @param ids example of each presentation: int32
 * @param predicted class with the largest logit, -1 if a logit was NaN: int32
 * @param correct 1 if the prediction was the label, else 0: int32
 * @param margin logit of the label minus the largest other logit: float32
 * @param el2n L2 norm of softmax minus one-hot: float32
 * @param probability softmax probability of the label: float32
 * @param loss cross-entropy: float32
 */
public record PredictionColumns(MemorySegment ids, MemorySegment predicted, MemorySegment correct, MemorySegment margin,
        MemorySegment el2n, MemorySegment probability, MemorySegment loss) {

    static PredictionColumns allocate(Arena arena, int rows) {
        long bytes = (long) rows * Float.BYTES;
        return new PredictionColumns(arena.allocate(bytes, 64), arena.allocate(bytes, 64), arena.allocate(bytes, 64),
                arena.allocate(bytes, 64), arena.allocate(bytes, 64), arena.allocate(bytes, 64),
                arena.allocate(bytes, 64));
    }

    /**
     * Binds the images and labels that a pipeline draws batches from, in the order of the ids, and these columns to its
     * predictions.
     */
    void bind(Program program, InputPipeline pipeline, ImageSet images) {
        program.bind(pipeline.images(), images.pixels());
        program.bind(pipeline.labels(), images.labels());
        program.bind(pipeline.order(), ids);
        Predictions to = pipeline.predictions();
        program.bind(to.predicted(), predicted);
        program.bind(to.correct(), correct);
        program.bind(to.margin(), margin);
        program.bind(to.el2n(), el2n);
        program.bind(to.probability(), probability);
        program.bind(to.loss(), loss);
    }

    /** Copies the predictions of plans that do not write into this memory themselves. */
    void download(Program program, Predictions from) {
        from.columns().forEach(program::download);
    }

    /** Returns the number of presentations of an epoch. */
    public int rows() {
        return Math.toIntExact(ids.byteSize() / Integer.BYTES);
    }

    /** Returns the sum of the losses of rows [first, first + count). */
    double lossSum(int first, int count) {
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += loss.getAtIndex(JAVA_FLOAT, i);
        }
        return sum;
    }

    /** Counts the right predictions among the first rows. */
    int correctCount(int rows) {
        return correctCount(0, rows);
    }

    /** Counts the right predictions among rows [first, first + rows). */
    public int correctCount(int first, int rows) {
        int count = 0;
        for (int i = first; i < first + rows; i++) {
            count += correct.getAtIndex(JAVA_INT, i);
        }
        return count;
    }

    /** Returns the predicted class of each example in the epoch, by id. */
    public int[] predictedByExample() {
        int[] classes = new int[rows()];
        for (int i = 0; i < classes.length; i++) {
            classes[ids.getAtIndex(JAVA_INT, i)] = predicted.getAtIndex(JAVA_INT, i);
        }
        return classes;
    }
}
