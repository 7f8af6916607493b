package dev.lethe.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The weights of a network before its first step: PyTorch's default initialisation from a fixed seed. Immutable. */
public final class InitialWeights {
    private final Map<String, float[]> values;

    private InitialWeights(Map<String, float[]> values) {
        this.values = values;
    }

    /** Uniform in ±1/sqrt(fanIn), for weights and biases alike; the same seed gives the same values everywhere. */
    public static InitialWeights seeded(BenchmarkModel model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (ParameterSpec parameter : model.parameters()) {
            float bound = (float) (1 / Math.sqrt(parameter.fanIn()));
            float[] tensor = new float[parameter.size()];
            for (int i = 0; i < tensor.length; i++) {
                tensor[i] = (2 * random.nextFloat() - 1) * bound;
            }
            values.put(parameter.name(), tensor);
        }
        return new InitialWeights(values);
    }

    /**
     * A copy of one tensor's values, laid out as {@link ParameterSpec#shape()} says.
     *
     * @throws IllegalArgumentException if the network has no such parameter, naming those it has
     */
    public float[] values(String parameter) {
        float[] tensor = values.get(parameter);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "unknown parameter=" + parameter + "; the network has: " + String.join(", ", values.keySet()));
        }
        return tensor.clone();
    }
}
