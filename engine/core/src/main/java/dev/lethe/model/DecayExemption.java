package dev.lethe.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Kinds of parameters that may be exempt from weight decay. */
public enum DecayExemption {
    /** Scales and shifts of normalisations. */
    NORM,
    /** Every bias, shifts of normalisations included. */
    BIAS;

    /**
     * Reads {@code none}, {@code norm}, {@code bias} or {@code norm,bias}.
     *
     * @throws IllegalArgumentException when the text is none of these
     */
    public static Set<DecayExemption> parse(String text) {
        Set<DecayExemption> kinds = EnumSet.noneOf(DecayExemption.class);
        if (text.equals("none")) {
            return kinds;
        }
        for (String word : text.split(",", -1)) {
            kinds.add(Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no decay of '" + word
                            + "': choose none, norm, bias or norm,bias")));
        }
        return kinds;
    }

    /** Returns the text that {@link #parse} reads. */
    public static String text(Collection<DecayExemption> kinds) {
        return kinds.isEmpty()
                ? "none"
                : kinds.stream().sorted().map(DecayExemption::word).collect(Collectors.joining(","));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
