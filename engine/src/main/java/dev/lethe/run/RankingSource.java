package dev.lethe.run;

import java.util.List;

/** Source of the scores that a {@link Removal} looks at. */
public sealed interface RankingSource {
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

    /**
     * Scores of another tool or study.
     *
     * @param file file that holds them
     */
    record File(RankingFile file) implements RankingSource {}

    /** Returns the runs that must be finished before examples can be ranked. */
    default List<RunSpec> runs() {
        return List.of();
    }
}
