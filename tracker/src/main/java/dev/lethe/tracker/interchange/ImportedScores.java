package dev.lethe.tracker.interchange;

import dev.lethe.tracker.rank.ScorePair;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The scores of examples from a file of another tool, by the ids of the data set; NaN where the file has none. The
 * caller gives the number of examples of the data set, so that a file of another data set is refused.
 * <p>
 * Immutable and safe from any number of threads. It takes 8 bytes of heap for each example.
 */
public final class ImportedScores {
    private final double[] scores;

    /**
     * Takes ownership of scores.
     *
     * @param scores
     *            (examples), NaN where an example has none
     */
    ImportedScores(double[] scores) {
        this.scores = scores;
    }

    /**
     * Reads the scores in a {@code .npy} file, by position: (examples,) of any type of {@link ElementType}. A NaN is no
     * score.
     *
     * @param path
     *            the file
     * @param examples
     *            the number of examples of the data set
     * @throws InterchangeException
     *             if the file is not such an array; the message says why
     * @throws IOException
     *             if it cannot be read
     */
    public static ImportedScores npy(Path path, int examples) throws IOException {
        requirePositive(examples);
        try (Arena arena = Arena.ofConfined(); NpyFile file = NpyFile.open(path)) {
            requireOneEach(path.toString(), file.shape(), examples);
            return new ImportedScores(file.read(arena).toDoubles());
        }
    }

    /**
     * Reads the scores in one array of a {@code .npz} file, by position: (examples,) of any type of {@link
     * ElementType}. A NaN is no score.
     *
     * @param path
     *            the file
     * @param array
     *            the name of the array
     * @param examples
     *            the number of examples of the data set
     * @throws InterchangeException
     *             if there is no such array, or it is damaged or of another shape or type; the message says which
     * @throws IOException
     *             if it cannot be read
     */
    public static ImportedScores npz(Path path, String array, int examples) throws IOException {
        requirePositive(examples);
        try (Arena arena = Arena.ofConfined(); NpzReader npz = NpzReader.open(path)) {
            NumpyArray read = npz.read(array, arena);
            requireOneEach(path + " array=" + array, read.shape(), examples);
            return new ImportedScores(read.toDoubles());
        }
    }

    /**
     * Reads the scores in a CSV file (RFC 4180) with a header. Its columns are separated by commas, semicolons or tabs,
     * the first with which the header has both names. Rows may be in any order and may be missing; a field that is
     * empty or {@code nan} is no score.
     *
     * @param path
     *            the file
     * @param idColumn
     *            the name of the column with example ids, whole numbers; empty for the index that pandas writes
     * @param scoreColumn
     *            the name of the column with scores, decimal numbers
     * @param examples
     *            the number of examples of the data set
     * @throws InterchangeException
     *             if a column is not in the header exactly once, a row has another number of fields than the header, an
     *             id is not a whole number in {@code [0, examples)} or is in two rows, a score is not a number, or the
     *             file is not such a table; the message has line and value
     * @throws IOException
     *             if it cannot be read
     */
    public static ImportedScores csv(Path path, String idColumn, String scoreColumn, int examples)
            throws IOException {
        requirePositive(examples);
        return CsvTable.open(path, idColumn, scoreColumn).scores(idColumn, scoreColumn, examples);
    }

    private static void requireOneEach(String name, ArrayShape shape, int examples) throws InterchangeException {
        if (!shape.equals(ArrayShape.of(examples))) {
            throw new InterchangeException(name, "shape=" + shape + " where a score an example is shape="
                    + ArrayShape.of(examples));
        }
    }

    static void requirePositive(int examples) {
        if (examples < 1) {
            throw new IllegalArgumentException(
                    "examples=" + examples + ": give the number of examples of the data set");
        }
    }

    /** Refuses an id that no example of the data set has. */
    static int checkExample(int example, int examples) {
        if (example < 0 || example >= examples) {
            throw new IndexOutOfBoundsException("example=" + example + " is not in [0, " + examples
                    + "): ids are positions in the data set that the file was read for");
        }
        return example;
    }

    /** Returns the number of examples of the data set, with a score or without. */
    public int examples() {
        return scores.length;
    }

    /** Returns the number of examples with a score. */
    public int scored() {
        return (int) Arrays.stream(scores).filter(score -> !Double.isNaN(score)).count();
    }

    /**
     * Returns the score of an example; NaN where the file has none.
     *
     * @param example
     *            the example, {@code [0, examples())}
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    public double score(int example) {
        return scores[checkExample(example, scores.length)];
    }

    /** Returns the examples with a score, ascending, in a new array. */
    public int[] scoredIds() {
        return IntStream.range(0, scores.length).filter(example -> !Double.isNaN(scores[example])).toArray();
    }

    /**
     * Pairs these scores with others, for the examples that have both, in the order of their ids, so that they can be
     * correlated.
     *
     * @param scores
     *            (examples), NaN where an example has none; not kept
     * @throws IllegalArgumentException
     *             if there are not as many as examples
     */
    public ScorePair pairedWith(double[] scores) {
        if (scores.length != this.scores.length) {
            throw new IllegalArgumentException("scores=" + scores.length + " where the imported scores are of examples="
                    + this.scores.length + ": compare scores of the same data set");
        }
        int[] both = Arrays.stream(scoredIds()).filter(example -> !Double.isNaN(scores[example])).toArray();
        return new ScorePair(Arrays.stream(both).mapToDouble(example -> this.scores[example]).toArray(),
                Arrays.stream(both).mapToDouble(example -> scores[example]).toArray());
    }

    /** Returns all scores by example, in a new array. */
    public double[] toArray() {
        return scores.clone();
    }

    @Override
    public String toString() {
        return "imported scores of " + scored() + " of " + scores.length + " examples";
    }
}
