package dev.lethe.data;

import dev.lethe.kernels.random.Philox;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Noise in training labels: a share of the examples, rounded to a number of them and drawn at random, gets another
 * label than its own. The same share, kind and seed give the same labels, whichever network is trained on them.
 *
 * @param kind choice of the wrong label
 * @param share share of the examples that get a wrong label, in (0, 1)
 * @param seed seed of the draws
 */
public record LabelNoise(Kind kind, double share, long seed) {
    private static final String KIND = "noise_kind";
    private static final String SHARE = "label_noise";
    private static final String SEED = "noise_seed";

    /** Choices of a wrong label. */
    public enum Kind {
        /** Any other class, each with the same probability. */
        SYMMETRIC,
        /** The next class, or the first for the last one: errors depend on the class, as those of people do. */
        PAIR;

        /** Returns the name that {@link #parse} reads. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Returns the kind of that name.
         *
         * @throws IllegalArgumentException naming the choices
         */
        public static Kind parse(String text) {
            return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst().orElseThrow(
                    () -> new IllegalArgumentException("noise kind '" + text + "': choose symmetric or pair"));
        }
    }

    /** Refuses impossible values by a sentence that names them. */
    public LabelNoise {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("label noise share=" + share + ": it lies in (0, 1), as in 0.2");
        }
    }

    /** Returns the data set with the wrong labels, and so with another fingerprint. */
    public DataSet applyTo(DataSet data) {
        BitSet wrong = wrong(data.train().examples());
        int[] labels = new int[data.train().examples()];
        for (int id = 0; id < labels.length; id++) {
            int given = data.train().label(id);
            labels[id] = wrong.get(id) ? other(given, data.classes(), id) : given;
        }
        return data.withTrainLabels(labels);
    }

    /** Returns the ids of the examples that get a wrong label. */
    public BitSet wrong(int examples) {
        int[] order = new int[examples];
        Philox.permutation(order, seed, Philox.Stream.LABEL_NOISE, 0);
        BitSet wrong = new BitSet(examples);
        int count = Math.toIntExact(Math.round(share * examples));
        if (count == 0) {
            throw new DataSetException("label noise share=" + share + " of " + examples
                    + " examples makes no label wrong: choose a larger share");
        }
        for (int i = 0; i < count; i++) {
            wrong.set(order[i]);
        }
        return wrong;
    }

    private int other(int label, int classes, int id) {
        int step = switch (kind) {
            case SYMMETRIC -> 1 + Philox.below(classes - 1, seed, Philox.Stream.LABEL_NOISE, 1, id);
            case PAIR -> 1;
        };
        return (label + step) % classes;
    }

    /**
     * Returns the values for {@code config.json}, by the names of the command line's options with {@code _} for {@code
     * -}.
     */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(SHARE, share);
        map.put(KIND, kind.text());
        map.put(SEED, seed);
        return map;
    }
}
