package dev.lethe.run;

import dev.lethe.data.DataSet;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Source of the scores that a {@link Removal} looks at. */
public sealed interface RankingSource {
    /** Name of the digest of scores in {@code config.json}. */
    String DIGEST = "ranking_sha256";
    /** Source of rules that look at no scores. */
    None NONE = new None();

    /** No scores. */
    record None() implements RankingSource {}

    /**
     * Scores of finished runs, each over the whole training set of the same data.
     *
     * @param runs runs that rank, at least one
     */
    record Runs(List<RunSpec> runs) implements RankingSource {
        /** Verifies that the runs rank all examples. */
        public Runs {
            runs = List.copyOf(runs);
            if (runs.isEmpty()) {
                throw new IllegalArgumentException("runs=[] rank no examples: name at least one run");
            }
            runs.stream().filter(run -> run.changes().removal().isPresent()).findFirst().ifPresent(run -> {
                throw new IllegalArgumentException("run '" + run.label() + "' ranks only a part of the examples: "
                        + "rank by runs over all of them");
            });
        }
    }

    /** Scores that are there already, of another tool or of one's own. */
    sealed interface Imported extends RankingSource {
        /** Returns the name of the scores in reports. */
        String name();

        /**
         * Returns the scores of a data set's training examples.
         *
         * @param data the data set
         * @param scores scores that a rule will ask for
         * @throws RunException when the scores cannot be used, or are of another data set
         */
        DifficultyScores read(DataSet data, List<Score> scores) throws IOException;

        /** Returns the values that describe the scores in the {@code config.json} of a run. */
        Map<String, Object> asMap() throws IOException;

        /** Returns the values that describe the scores in {@code study.json}. */
        Map<String, Object> asStudyOptions();

        /** Returns whether rules that ask for the least forgotten examples get them. */
        boolean isByForgetting();
    }

    /**
     * Scores in a file.
     *
     * @param file file that holds them
     */
    record File(RankingFile file) implements Imported {
        @Override
        public String name() {
            return file.path().toString();
        }

        @Override
        public DifficultyScores read(DataSet data, List<Score> scores) throws IOException {
            return file.read(data, scores);
        }

        @Override
        public Map<String, Object> asMap() throws IOException {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(DIGEST, Sha256.ofFile(file.path()).hex());
            map.putAll(file.asMap());
            return map;
        }

        @Override
        public Map<String, Object> asStudyOptions() {
            return file.asStudyOptions();
        }

        @Override
        public boolean isByForgetting() {
            return file.isByForgetting();
        }
    }

    /** Scores as values. Equal to others of the same name and the same bits. */
    final class Values implements Imported {
        private final String name;
        private final double[] hardFirst;
        private final Sha256 digest;

        /**
         * Makes scores of one's own.
         *
         * @param name name of the scores in reports and configurations
         * @param scores score of each training example; copied
         * @param order direction of the scores
         * @throws IllegalArgumentException when a score is NaN
         */
        public Values(String name, double[] scores, RankingOrder order) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("name='" + name + "' of scores: give a text that tells them apart");
            }
            for (int example = 0; example < scores.length; example++) {
                if (Double.isNaN(scores[example])) {
                    throw new IllegalArgumentException("score '" + name + "' is NaN at example=" + example
                            + ": give every training example a number");
                }
            }
            this.name = name;
            hardFirst = order.hardFirst(scores.clone());
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(hardFirst.length, Double.BYTES));
            bytes.asDoubleBuffer().put(hardFirst);
            MessageDigest sha256 = Sha256.digest();
            sha256.update(bytes);
            digest = Sha256.ofDigest(sha256.digest());
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public DifficultyScores read(DataSet data, List<Score> scores) {
            if (hardFirst.length != data.train().examples()) {
                throw new RunException("score '" + name + "' has values=" + hardFirst.length + " for the "
                        + data.train().examples() + " training examples of " + data.name() + ": give one for each");
            }
            return DifficultyScores.imported(hardFirst);
        }

        @Override
        public Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(DIGEST, digest.hex());
            map.put("ranking_score", name);
            return map;
        }

        @Override
        public Map<String, Object> asStudyOptions() {
            return asMap();
        }

        @Override
        public boolean isByForgetting() {
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Values values && name.equals(values.name) && digest.equals(values.digest);
        }

        @Override
        public int hashCode() {
            return digest.hashCode();
        }

        @Override
        public String toString() {
            return "score '" + name + "' of examples=" + hardFirst.length;
        }
    }

    /** Returns the runs that must be finished before examples can be ranked. */
    default List<RunSpec> runs() {
        return List.of();
    }
}
