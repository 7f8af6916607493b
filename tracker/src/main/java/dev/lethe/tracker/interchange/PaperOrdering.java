package dev.lethe.tracker.interchange;

import dev.lethe.tracker.interchange.PickleValue.Array;
import dev.lethe.tracker.interchange.PickleValue.Dictionary;
import dev.lethe.tracker.interchange.PickleValue.Items;
import dev.lethe.tracker.io.FileBytes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/**
 * The ordering of a data set that the released code of Toneva et al. 2019 writes, {@code order_examples_by_forgetting}:
 * a pickle of a dictionary with {@code indices}, the example ids from the least to the most forgotten, and {@code
 * forgetting counts}, the counts in the same order.
 * <p>
 * <b>Its counts are not forgetting events alone.</b> A run that never learned an example adds the number of epochs to
 * its count. Reading takes the number of epochs and runs, to tell {@linkplain #neverLearned never learned} examples
 * from often forgotten ones: a run that learned an example forgot it in no more than half of its epochs. With several
 * runs a count can come from some that learned the example and some that did not; only the examples that no run learned
 * can be told.
 * <p>
 * <b>Its ties have no order.</b> The code sorts with NumPy's default, which is not stable: the order of ids with the
 * same count is arbitrary. Compare ranks with ties, by {@link #scores}, rather than positions.
 * <p>
 * Immutable and safe from any number of threads. It takes 12 bytes of heap for each example.
 */
public final class PaperOrdering {
    /** The {@link #count} of an example that is not in the ordering. */
    public static final int ABSENT = -1;

    private static final String IDS = "indices";
    private static final String COUNTS = "forgetting counts";

    private final int[] ids;
    private final int[] counts; // by example
    private final int neverLearnedCount;

    private PaperOrdering(int[] ids, int[] counts, int neverLearnedCount) {
        this.ids = ids;
        this.counts = counts;
        this.neverLearnedCount = neverLearnedCount;
    }

    /**
     * Reads the ordering by one run; see {@link #read(Path, int, int, int)}.
     *
     * @param path
     *            the file
     * @param examples
     *            the number of examples of the data set
     * @param epochs
     *            the number of epochs that the code was told
     * @throws InterchangeException
     *             if the file is not such an ordering
     * @throws IOException
     *             if it cannot be opened
     */
    public static PaperOrdering read(Path path, int examples, int epochs) throws IOException {
        return read(path, examples, epochs, 1);
    }

    /**
     * Reads the ordering by the sum over runs. The pickle, of any protocol up to 5, is interpreted here: no class is
     * loaded and nothing in it is run.
     *
     * @param path
     *            the file
     * @param examples
     *            the number of examples of the data set
     * @param epochs
     *            the number of epochs that the code was told by {@code --epochs}; 200 is its default. With one run, a
     *            wrong number is noticed if a never-learned example is in the ordering, unless it is twice the right
     *            one
     * @param runs
     *            the number of runs whose statistics the code found in its folder
     * @throws InterchangeException
     *             if the file is not such a pickle, or names an instruction or function that no such pickle has; if an
     *             id is not in {@code [0, examples)} or occurs twice; if a count is impossible with that many runs and
     *             epochs; or if a part of the file cannot be read
     * @throws IOException
     *             if it cannot be opened
     */
    public static PaperOrdering read(Path path, int examples, int epochs, int runs) throws IOException {
        if (examples < 1 || epochs < 1 || runs < 1 || (long) epochs * runs > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("examples=" + examples + " epochs=" + epochs + " runs=" + runs
                    + ": each must be positive, and epochs times runs an int");
        }
        return read(path, FileChannel.open(path, StandardOpenOption.READ), new PossibleCounts(epochs, runs), examples);
    }

    /**
     * Reads the counts as scores, whatever the number of epochs and runs: never-learned examples have the largest
     * counts, of all epochs, and examples that are not in the ordering have no score.
     *
     * @param path
     *            the file
     * @param examples
     *            the number of examples of the data set
     * @throws InterchangeException
     *             as {@link #read(Path, int, int, int)}, but for counts that are impossible with a number of epochs
     * @throws IOException
     *             if it cannot be opened
     */
    public static ImportedScores counts(Path path, int examples) throws IOException {
        ImportedScores.requirePositive(examples);
        return read(path, FileChannel.open(path, StandardOpenOption.READ), new PossibleCounts(Integer.MAX_VALUE, 1),
                examples).scores();
    }

    /** Reads a file through a channel, which it closes. */
    static PaperOrdering read(Path path, FileChannel channel, PossibleCounts possible, int examples)
            throws IOException {
        String name = path.toString();
        try (FileBytes file = new FileBytes(channel, InterchangeException.of(path.toString()));
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(file.size());
            file.read(0, bytes);
            Dictionary dictionary = PickleMachine.load(new PickleInput(name, bytes));
            double[] ids = numbers(name, dictionary, IDS, examples);
            double[] counts = numbers(name, dictionary, COUNTS, examples);
            if (ids.length != counts.length) {
                throw new InterchangeException(name, "altered, " + IDS + "=" + ids.length + " where there are " + COUNTS
                        + "=" + counts.length);
            }
            return of(name, ids, counts, possible, examples);
        }
    }

    private static double[] numbers(String name, Dictionary dictionary, String key, int examples)
            throws InterchangeException {
        Map<String, PickleValue> items = dictionary.items();
        if (items.get(key) instanceof Items list && list.toDoubles().isPresent()) {
            return list.toDoubles().get();
        }
        if (items.get(key) instanceof Array array && array.content().isPresent()
                && array.content().get().shape().dimensions().size() == 1) {
            long elements = array.content().get().shape().elements();
            if (elements > examples) {
                throw new InterchangeException(name, key + "=" + elements + " where the data set has examples="
                        + examples + ": an ordering of another data set");
            }
            return array.content().get().toDoubles();
        }
        throw new InterchangeException(name, "its dictionary has no flat array or list '" + key + "' but "
                + InterchangeException.shown(items.keySet().toString())
                + ": give the file that order_examples_by_forgetting wrote");
    }

    private static PaperOrdering of(String name, double[] ids, double[] counts, PossibleCounts possible, int examples)
            throws InterchangeException {
        int[] order = new int[ids.length];
        int[] byExample = new int[examples];
        Arrays.fill(byExample, ABSENT);
        for (int rank = 0; rank < ids.length; rank++) {
            if (!(ids[rank] >= 0 && ids[rank] < examples && ids[rank] == Math.rint(ids[rank]))) {
                throw new InterchangeException(name, IDS + "[" + rank + "]=" + ids[rank] + " is not in [0, " + examples
                        + "), the examples of the data set");
            }
            int id = (int) ids[rank];
            if (byExample[id] != ABSENT) {
                throw new InterchangeException(name, IDS + "[" + rank + "]=" + id + " occurs before it: altered");
            }
            if (!possible.contains(counts[rank])) {
                throw new InterchangeException(name, COUNTS + "[" + rank + "]=" + counts[rank]
                        + " cannot be with " + possible + ": give those that the ordering was made with");
            }
            order[rank] = id;
            byExample[id] = (int) counts[rank];
        }
        return new PaperOrdering(order, byExample, possible.most());
    }

    /**
     * The counts that an example can have. A run of n epochs that learned an example forgot it at most n / 2 times,
     * because right and wrong alternate; one that did not adds n.
     *
     * @param epochs
     *            the number of epochs of each run
     * @param runs
     *            the number of runs
     */
    record PossibleCounts(int epochs, int runs) {
        boolean contains(double count) {
            if (!(count >= 0 && count <= most() && count == Math.rint(count))) {
                return false;
            }
            // at least as many runs never learned it; with fewer, the others would have to explain a larger rest
            long neverLearned = (long) count / epochs;
            return (long) count - neverLearned * epochs <= (runs - neverLearned) * (epochs / 2);
        }

        int most() {
            return epochs * runs;
        }

        @Override
        public String toString() {
            return "epochs=" + epochs + " runs=" + runs;
        }
    }

    /** Returns the number of examples of the data set, in the ordering or not. */
    public int examples() {
        return counts.length;
    }

    /** Returns the ids from the least to the most forgotten, as in the file, in a new array. */
    public int[] ids() {
        return ids.clone();
    }

    /**
     * Returns the count of an example as in the file: its forgetting events, and the epochs of each run that never
     * learned it; {@link #ABSENT} where the file does not have it.
     *
     * @param example
     *            the example, {@code [0, examples())}
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    public int count(int example) {
        return counts[ImportedScores.checkExample(example, counts.length)];
    }

    /**
     * Tells whether no run learned an example.
     *
     * @param example
     *            the example, {@code [0, examples())}
     * @throws IndexOutOfBoundsException
     *             if there is no such example
     */
    public boolean neverLearned(int example) {
        return count(example) == neverLearnedCount;
    }

    /**
     * Returns the counts as scores: never-learned examples rank after every other count, examples that are not in the
     * ordering have no score.
     */
    public ImportedScores scores() {
        return new ImportedScores(
                Arrays.stream(counts).mapToDouble(count -> count == ABSENT ? Double.NaN : count).toArray());
    }
}
