package dev.lethe.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** The weights of a network before its first step, by default PyTorch's initialisation from a seed. Immutable. */
public final class InitialWeights {
    private final Map<String, float[]> values;

    private InitialWeights(Map<String, float[]> values) {
        this.values = values;
    }

    /**
     * Draws the weights that {@link ParameterSpec#start()} describes; the same seed gives the same values everywhere.
     */
    public static InitialWeights seeded(BenchmarkModel model, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (ParameterSpec parameter : model.parameters()) {
            values.put(parameter.name(), initial(parameter, random));
        }
        return new InitialWeights(values);
    }

    private static float[] initial(ParameterSpec parameter, SplittableRandom random) {
        float[] tensor = new float[parameter.size()];
        float bound = (float) (1 / Math.sqrt(parameter.fanIn()));
        for (int i = 0; i < tensor.length; i++) {
            tensor[i] = switch (parameter.start()) {
                case ZERO -> 0;
                case ONE -> 1;
                case UNIFORM -> (2 * random.nextFloat() - 1) * bound;
            };
        }
        return tensor;
    }

    /**
     * Takes given weights, whose arrays are copied.
     *
     * @param source function from a parameter's name to its values, in the layout of {@link ParameterSpec#shape()}
     * @throws IllegalArgumentException if the length of an array is not that of its parameter
     */
    public static InitialWeights of(BenchmarkModel model, Function<String, float[]> source) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (ParameterSpec parameter : model.parameters()) {
            float[] tensor = source.apply(parameter.name()).clone();
            if (tensor.length != parameter.size()) {
                throw new IllegalArgumentException("parameter " + parameter.name() + " has " + parameter.size()
                        + " values, not " + tensor.length);
            }
            values.put(parameter.name(), tensor);
        }
        return new InitialWeights(values);
    }

    /**
     * Returns a copy of a tensor's values, in the layout of {@link ParameterSpec#shape()}.
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
