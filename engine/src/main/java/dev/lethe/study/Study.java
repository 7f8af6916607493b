package dev.lethe.study;

import dev.lethe.data.DataSet;
import dev.lethe.run.RunSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** One experiment: which runs it needs, and what it makes of them. Immutable. */
public interface Study {
    /** Its name on the command line. */
    String name();

    /** What it was asked for beside the settings of its runs, for {@code study.json}. */
    default Map<String, Object> options() {
        return Map.of();
    }

    /**
     * The runs that it needs; those that these depend on need not be named.
     *
     * @throws IllegalArgumentException when it cannot be done with these settings; the message names the remedy
     */
    List<RunSpec> runs(StudySettings settings);

    /**
     * Refuses data from which nothing could be concluded, before the runs are trained.
     *
     * @param data of its runs, before it is changed
     * @throws IllegalArgumentException naming the remedy
     */
    default void requireFits(DataSet data) {
        // most studies take any
    }

    /** What came out, once all runs are finished. */
    StudyOutcome conclude(StudyContext context) throws IOException;
}
