package dev.lethe.study.run;

import java.util.Map;

/** What a run does with a network. */
public sealed interface Procedure {
    /** Trains and tracks it. */
    Procedure TRACKED = new Tracked();

    /** In a few words, nothing for what is usual. */
    String label();

    /** For {@code config.json}: nothing for what is usual. */
    Map<String, Object> asMap();

    /** Trains and tracks a network. */
    record Tracked() implements Procedure {
        @Override
        public String label() {
            return "";
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of();
        }
    }
}
