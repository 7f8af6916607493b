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
 * What the forward passes of one epoch said, one row a presentation in the order of training. The memory is native, may
 * be read by any thread while the trainer lives, and is overwritten in the next epoch: step by step where results are
 * in host memory, as a whole when the epoch ends where they are not.
 *
 * @param ids int32: the example
 * @param predicted int32: the class with the largest logit, -1 when a logit was NaN
 * @param correct int32: 1 where the prediction was the label, else 0
 * @param margin float32: logit of the label minus the largest other logit
 * @param el2n float32: L2 norm of softmax minus one-hot
 * @param probability float32: softmax probability of the label
 * @param loss float32: cross-entropy
 */
public record PredictionColumns(MemorySegment ids, MemorySegment predicted, MemorySegment correct, MemorySegment margin,
        MemorySegment el2n, MemorySegment probability, MemorySegment loss) {

    static PredictionColumns allocate(Arena arena, int rows) {
        long bytes = (long) rows * Float.BYTES;
        return new PredictionColumns(arena.allocate(bytes, 64), arena.allocate(bytes, 64), arena.allocate(bytes, 64),
                arena.allocate(bytes, 64), arena.allocate(bytes, 64), arena.allocate(bytes, 64),
                arena.allocate(bytes, 64));
    }

    /** Binds what a pipeline draws batches from, in the order of the ids, and where it puts what it predicts. */
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

    /** Makes what the plans have written since visible here, where they do not write into this memory itself. */
    void download(Program program, Predictions from) {
        from.columns().forEach(program::download);
    }

    /** Presentations of an epoch. */
    public int rows() {
        return Math.toIntExact(ids.byteSize() / Integer.BYTES);
    }

    /** Sum of the losses of rows [first, first + count). */
    double lossSum(int first, int count) {
        double sum = 0;
        for (int i = first; i < first + count; i++) {
            sum += loss.getAtIndex(JAVA_FLOAT, i);
        }
        return sum;
    }

    /** Right predictions among the first rows. */
    int correctCount(int rows) {
        return correctCount(0, rows);
    }

    /** Right predictions among rows [first, first + rows). */
    public int correctCount(int first, int rows) {
        int count = 0;
        for (int i = first; i < first + rows; i++) {
            count += correct.getAtIndex(JAVA_INT, i);
        }
        return count;
    }

    /** The predictions of the epoch by example. */
    public int[] predictedByExample() {
        int[] classes = new int[rows()];
        for (int i = 0; i < classes.length; i++) {
            classes[ids.getAtIndex(JAVA_INT, i)] = predicted.getAtIndex(JAVA_INT, i);
        }
        return classes;
    }
}
