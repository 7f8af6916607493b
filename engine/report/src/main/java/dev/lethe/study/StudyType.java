package dev.lethe.study;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of study as users ask for it. The command line, the report of several studies and the documentation are made
 * from it.
 *
 * @param name name on the command line
 * @param description the question that the study answers, and what it does, in one or two sentences
 * @param options options of the study beside those of every study
 * @param changesLabels whether the study itself decides which runs have wrong labels; otherwise all have those that are
 *        asked for
 * @param factory of the study; it refuses impossible values with an {@link IllegalArgumentException}
 */
public record StudyType(String name, String description, List<StudyOption<?>> options, boolean changesLabels,
        Function<StudyRequest, Study> factory) {
    /** Keeps copies that do not change. */
    public StudyType {
        options = List.copyOf(options);
    }

    /** Makes a type whose runs all have the wrong labels that are asked for. */
    public StudyType(String name, String description, List<StudyOption<?>> options,
            Function<StudyRequest, Study> factory) {
        this(name, description, options, false, factory);
    }

    /** Returns whether the study can be made without any option. */
    boolean needsNoOption() {
        return options.stream().noneMatch(option -> option.arity() == StudyOption.Arity.REQUIRED);
    }

    /**
     * Makes the study.
     *
     * @throws IllegalArgumentException when an option has an impossible value; the message names the remedy
     */
    public Study create(StudyRequest request) {
        return factory.apply(request);
    }
}
