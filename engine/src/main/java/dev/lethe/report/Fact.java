package dev.lethe.report;

import java.util.Objects;
import java.util.Optional;

/**
 * One row of a report's summary.
 *
 * @param label what was measured
 * @param value ours, with its unit
 * @param paper the paper's figure, where it has one
 */
public record Fact(String label, String value, Optional<String> paper) {
    public Fact {
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(paper, "paper");
    }
}
