package dev.lethe.run;

import dev.lethe.tracker.TrackerSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run does with a network. */
public sealed interface Procedure {
    /** Trains and tracks it. */
    Procedure TRACKED = new Tracked();

    /** In a few words, nothing for what is usual. */
    String label();

    /** For {@code config.json}: nothing for what is usual. */
    Map<String, Object> asMap();

    /** Runs that must be finished before. */
    default List<RunSpec> dependencies() {
        return List.of();
    }

    /** About how many presentations a run makes, for an estimate of time. */
    default long presentations(int examples, int epochs) {
        return (long) examples * epochs;
    }

    /** How many epochs a run has, where the settings have so many. */
    default int epochs(int ofSettings) {
        return ofSettings;
    }

    /** Whether it goes on where it was interrupted. */
    default boolean resumes() {
        return false;
    }

    /** Trains and tracks a network. */
    record Tracked() implements Procedure {
        @Override
        public boolean resumes() {
            return true;
        }

        @Override
        public String label() {
            return "";
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of();
        }
    }

    /**
     * The control for forgetting by chance: a second network beside one that is trained as usual gets its updates with
     * the elements of each gradient shuffled, and is tracked; see {@link dev.lethe.train.ControlNetwork}. Such a run is
     * short and begins anew where it was interrupted.
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
     * @param tasks how examples are divided
     * @param examples in each task
     * @param rounds how often each task comes
     * @param epochs on a task before the other comes
     * @param rankedBy runs that tell which examples are forgotten; none for random tasks
     */
    record Alternating(Tasks tasks, int examples, int rounds, int epochs, List<RunSpec> rankedBy)
            implements Procedure {
        /** How examples are divided. */
        public enum Tasks {
            /** At random. */
            RANDOM,
            /** Unforgettable ones in the first, others in the second. */
            BY_FORGETTING
        }

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

        /** Of the whole run. */
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
