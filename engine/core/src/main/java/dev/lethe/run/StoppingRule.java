package dev.lethe.run;

import dev.lethe.tracker.History;
import java.util.Map;

/** Rule that may end a run before its last epoch. */
public sealed interface StoppingRule permits StoppingRule.AllEpochs, RankingStability {
    /** The rule of a run that trains all of its epochs. */
    StoppingRule ALL_EPOCHS = new AllEpochs();

    /**
     * Says whether a run ends.
     *
     * @param history history of the run so far
     * @param epochs number of epochs that the run has trained
     */
    boolean ends(History history, int epochs);

    /** Returns the values that identify the rule in {@code config.json}; none for the usual rule. */
    Map<String, Object> asMap();

    /** Returns a short label, empty for the usual rule. */
    String label();

    /** Never ends a run early. */
    record AllEpochs() implements StoppingRule {
        @Override
        public boolean ends(History history, int epochs) {
            return false;
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of();
        }

        @Override
        public String label() {
            return "";
        }
    }
}
