package dev.lethe.run;

import dev.lethe.tracker.TrackerSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The way in which a run trains a network. */
public sealed interface Procedure {
    /** Training with a tracker, of all epochs, from the weights of the run's seed. */
    Tracked TRACKED = new Tracked(InitialWeights.SEEDED, StoppingRule.ALL_EPOCHS, Steering.NONE);

    /** Returns a short label for progress and folder names; empty for {@link #TRACKED}. */
    String label();

    /** Returns the values that identify the procedure in {@code config.json}; none for {@link #TRACKED}. */
    Map<String, Object> asMap();

    /** Returns the runs that must be finished before this one begins. */
    default List<RunSpec> dependencies() {
        return List.of();
    }

    /**
     * Estimates the number of presentations of a run.
     *
     * @param examples number of examples of the training set
     * @param epochs number of epochs in the run's settings
     */
    default long presentations(int examples, int epochs) {
        return (long) examples * epochs;
    }

    /**
     * Returns the number of epochs of a run; a {@link StoppingRule} may end it earlier.
     *
     * @param ofSettings number of epochs in the run's settings
     */
    default int epochs(int ofSettings) {
        return ofSettings;
    }

    /** Says whether an interrupted run continues from its last checkpoint; else it begins anew. */
    default boolean resumes() {
        return false;
    }

    /**
     * Training with a tracker.
     *
     * @param weights weights that the network begins with
     * @param stopping rule that may end the run early
     * @param steering functions of one's own that steer the training
     */
    record Tracked(InitialWeights weights, StoppingRule stopping, Steering steering) implements Procedure {
        /** Returns this procedure with other weights to begin with. */
        public Tracked beginningWith(InitialWeights other) {
            return new Tracked(other, stopping, steering);
        }

        /** Returns this procedure with a rule that may end the run early. */
        public Tracked stoppingBy(StoppingRule other) {
            return new Tracked(weights, other, steering);
        }

        /** Returns this procedure steered by functions of one's own. */
        public Tracked steeredBy(Steering other) {
            return new Tracked(weights, stopping, other);
        }

        @Override
        public boolean resumes() {
            return true;
        }

        @Override
        public String label() {
            return Stream.of(weights.label(), stopping.label(), steering.label()).filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(", "));
        }

        @Override
        public Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>(weights.asMap());
            map.putAll(stopping.asMap());
            map.putAll(steering.asMap());
            return map;
        }
    }

    /**
     * The control for forgetting by chance: a second network beside one that is trained as usual gets its updates with
     * the elements of each gradient shuffled, and is tracked ({@link dev.lethe.train.ShuffledGradientControl}). Such a
     * run is short and begins anew where it was interrupted.
     */
    record ShuffledUpdates() implements Procedure {
        @Override
        public String label() {
            return "shuffled updates";
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of("procedure", "shuffled-updates");
        }

        @Override
        public long presentations(int examples, int epochs) {
            return 2L * examples * epochs;
        }
    }

    /**
     * Two tasks in turn: the network is trained on some examples for some epochs, then on others, and so on, and tested
     * on both after each epoch. Such a run is short and begins anew where it was interrupted.
     *
     * @param tasks division of the examples
     * @param examples number of examples of each task
     * @param rounds number of turns of each task
     * @param epochs number of epochs of a turn
     * @param rankedBy runs that tell which examples are forgotten; none for random tasks
     */
    record Alternating(Tasks tasks, int examples, int rounds, int epochs, List<RunSpec> rankedBy)
            implements Procedure {
        /** Divisions of examples. */
        public enum Tasks {
            /** Random examples in both. */
            RANDOM,
            /** Unforgettable examples in the first, others in the second. */
            BY_FORGETTING
        }

        /** Refuses impossible values by a sentence that names them. */
        public Alternating {
            rankedBy = List.copyOf(rankedBy);
            if (examples < 1 || rounds < 1 || epochs < 1) {
                throw new IllegalArgumentException("tasks of examples=" + examples + ", rounds=" + rounds + ", epochs="
                        + epochs + ": each must be at least 1");
            }
            long all = 2L * rounds * epochs;
            if (all > TrackerSpec.MAX_EPOCHS) {
                throw new IllegalArgumentException("tasks of rounds=" + rounds + " and epochs=" + epochs + " have "
                        + all + " epochs in all: choose fewer, at most " + TrackerSpec.MAX_EPOCHS);
            }
        }

        /** Returns the number of epochs of the whole run. */
        public int allEpochs() {
            return 2 * rounds * epochs;
        }

        @Override
        public String label() {
            return tasks == Tasks.RANDOM ? "random tasks" : "tasks by forgetting";
        }

        @Override
        public Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("procedure", "alternating-tasks");
            map.put("tasks", tasks.name().toLowerCase(Locale.ROOT));
            map.put("task_examples", examples);
            map.put("rounds", rounds);
            map.put("task_epochs", epochs);
            return map;
        }

        @Override
        public List<RunSpec> dependencies() {
            return rankedBy;
        }

        @Override
        public int epochs(int ofSettings) {
            return allEpochs();
        }

        @Override
        public long presentations(int all, int ofSettings) {
            return (long) examples * allEpochs();
        }
    }
}
