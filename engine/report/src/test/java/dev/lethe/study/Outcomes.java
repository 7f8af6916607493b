package dev.lethe.study;

import dev.lethe.report.Figure;
import dev.lethe.report.Section;
import java.util.List;

/** Parts of outcomes in a form that is short to compare. */
public final class Outcomes {
    private Outcomes() {}

    /** Returns the claims as lines of statement, paper, ours, verdict and why. */
    public static List<String> claims(StudyOutcome outcome) {
        return outcome.claims().stream().map(claim -> String.join("|", claim.statement(), claim.paper(), claim.ours(),
                claim.verdict().toString(), claim.why())).toList();
    }

    /** Returns the rows of the figure that has an id, without its header. */
    public static List<String> rows(StudyOutcome outcome, String id) {
        return outcome.sections().stream().flatMap(Section::figures).filter(figure -> figure.id().equals(id))
                .map(Figure::csv).findFirst().orElseThrow().lines().skip(1).toList();
    }
}
