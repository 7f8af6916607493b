package dev.lethe.run;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a {@code config.json}.
 *
 * @param fields values by name
 */
public record ConfigFile(Map<?, ?> fields) {
    /** Name of the algorithms of a run's convolutions; those that are not listed are direct. */
    public static final String CONVOLUTIONS = "convolutions";

    /** Says whether there is a value of a name. */
    public boolean has(String key) {
        return fields.containsKey(key);
    }

    Number number(String key) {
        if (fields.get(key) instanceof Number number) {
            return number;
        }
        throw unusable(key, "a number");
    }

    /**
     * Returns a text.
     *
     * @throws RunException when there is none of this name
     */
    public String text(String key) {
        if (fields.get(key) instanceof String text) {
            return text;
        }
        throw unusable(key, "a text");
    }

    /** Returns the objects of a list. */
    List<ConfigFile> objects(String key) {
        if (fields.get(key) instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
            return list.stream().map(element -> new ConfigFile((Map<?, ?>) element)).toList();
        }
        throw unusable(key, "a list of objects");
    }

    boolean flag(String key) {
        if (fields.get(key) instanceof Boolean flag) {
            return flag;
        }
        throw unusable(key, "true or false");
    }

    /** Returns the algorithms that were chosen for the convolutions of a run. */
    public ConvolutionChoice convolutions() {
        if (!(fields.get(CONVOLUTIONS) instanceof Map<?, ?> map)) {
            throw unusable(CONVOLUTIONS, "a list of algorithms");
        }
        Map<String, ConvolutionAlgorithm> algorithms = new LinkedHashMap<>();
        try {
            map.forEach((name, label) -> algorithms.put(name.toString(), ConvolutionAlgorithm.of(label.toString())));
        } catch (IllegalArgumentException _) { // which the sentence about the field says better
            throw unusable(CONVOLUTIONS, "a list of algorithms");
        }
        return new ConvolutionChoice.Recorded(algorithms);
    }

    /** Returns algorithms in the form of {@code config.json}. */
    public static Map<String, String> labels(Map<String, ConvolutionAlgorithm> convolutions) {
        Map<String, String> labels = new LinkedHashMap<>();
        convolutions.forEach((name, algorithm) -> labels.put(name, algorithm.label()));
        return labels;
    }

    /** Makes the failure of a value that is not of the kind that is needed. */
    RunException unusable(String key, String needed) {
        return new RunException("config.json has " + key + "=" + fields.get(key) + " where " + needed
                + " is needed: it was altered, or written by another version");
    }
}
