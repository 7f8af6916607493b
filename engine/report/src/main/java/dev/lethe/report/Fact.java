package dev.lethe.report;

import java.util.Objects;

/**
 * A row of a report's summary.
 *
 * @param label name of the measure
 * @param value value in this study, with its unit
 * @param paper value in the paper; empty where it has none
 */
public record Fact(String label, String value, String paper) {
    /** Refuses impossible values by a sentence that names them. */
    public Fact {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(paper, "paper");
    }

    /** Makes a row without a value in the paper. */
    public Fact(String label, String value) {
        this(label, value, "");
    }
}
