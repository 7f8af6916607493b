package dev.lethe.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.kernels.op.Normalization;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A few training steps of a network as PyTorch makes them: {@code resnet18}, {@code wrn28_2} or {@code airbench94}. The
 * weights, images and labels come from a formula, what PyTorch computes from them stands in a JSON file; both are
 * described in {@code src/test/fixtures/training_fixture.py}.
 */
public final class TrainingFixture {
    private static final int PARAMETERS = 1;
    private static final int LABELS = 2;
    private static final int NOISE = 3;
    private static final int PATTERNS = 4;
    private static final int PROJECTION = 5;

    private static final String SMOOTHING = "label smoothing ";

    private final String name;
    private final JsonNode json;
    private final int seed;
    private final Map<String, State> states = new LinkedHashMap<>();

    /**
     * A tensor of the network's {@code state_dict()}.
     *
     * @param shape as PyTorch's: (out, in, height, width) of a convolution; empty of a scalar
     * @param first index of its first value among those that the formula makes; -1 of a running statistic
     */
    public record State(String name, List<Integer> shape, int first) {
        public State {
            shape = List.copyOf(shape);
        }

        /** How many values it holds. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /** Whether it is a running mean, a running variance or their count. */
        public boolean isStatistic() {
            return first < 0;
        }
    }

    private TrainingFixture(String name, JsonNode json) {
        this.name = name;
        this.json = json;
        seed = json.get("seed").intValue();
        int first = 0;
        for (JsonNode entry : json.get("state")) {
            String tensor = entry.get(0).textValue();
            List<Integer> shape = new ArrayList<>();
            entry.get(1).forEach(extent -> shape.add(extent.intValue()));
            boolean statistic = tensor.matches(".*(running_mean|running_var|num_batches_tracked)");
            State state = new State(tensor, shape, statistic ? -1 : first);
            states.put(tensor, state);
            first += statistic ? 0 : state.size();
        }
    }

    /**
     * Reads a fixture.
     *
     * @throws FileNotFoundException if there is none of that name
     */
    public static TrainingFixture load(String name) throws IOException {
        try (InputStream stream = TrainingFixture.class.getResourceAsStream(name + ".json")) {
            if (stream == null) {
                throw new FileNotFoundException("no fixture '" + name + "': its script in src/test/fixtures makes it");
            }
            return new TrainingFixture(name, new ObjectMapper().readTree(stream));
        }
    }

    /** Everything the file holds. */
    public JsonNode json() {
        return json;
    }

    /** Images of a step. */
    public int batch() {
        return json.get("batch").intValue();
    }

    /** How many steps were made. */
    public int steps() {
        return json.get("steps").intValue();
    }

    /** As in {@link #load}. */
    public String name() {
        return name;
    }

    /** Whether losses are sums over the batch instead of means. */
    public boolean sumsLoss() {
        return json.get("loss").textValue().startsWith("sum");
    }

    /** Share of the target that is spread over all classes. */
    public float labelSmoothing() {
        String loss = json.get("loss").textValue();
        int at = loss.indexOf(SMOOTHING);
        return at < 0 ? 0 : Float.parseFloat(loss.substring(at + SMOOTHING.length()));
    }

    /** Rows of an image. */
    public int height() {
        return json.get("image").get(1).intValue();
    }

    /** Columns of an image. */
    public int width() {
        return json.get("image").get(2).intValue();
    }

    /** What the network reads is {@code (pixel / 255 - 0.5) / 0.25}. */
    public static Normalization normalization() {
        return new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f));
    }

    /** Such as {@code learning_rate}. */
    public float hyperparameter(String name) {
        return json.get("optimizer").get(name).floatValue();
    }

    /** The tensors in the order of {@code state_dict()}. */
    public List<State> states() {
        return List.copyOf(states.values());
    }

    /** Names of the trained tensors, in that order. */
    public List<String> parameters() {
        List<String> names = new ArrayList<>();
        json.get("parameters").forEach(name -> names.add(name.textValue()));
        return names;
    }

    /** The numbers in an array of the file, such as {@code losses}. */
    public double[] numbers(String name) {
        return numbers(json.get(name));
    }

    /** By how much another order of float32's additions moves the numbers of that name, relative to them. */
    public double[] float32Error(String name) {
        return numbers(json.get("float32_error").get(name));
    }

    /** Per step and parameter: the L2 norm of its gradient. */
    public double[][] parameterGradientNorms() {
        return rows("parameter_gradient_norms");
    }

    /** Per image of the test batch and class. */
    public double[][] testLogits() {
        return rows("test_logits");
    }

    private double[][] rows(String name) {
        JsonNode table = json.get(name);
        double[][] rows = new double[table.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = numbers(table.get(i));
        }
        return rows;
    }

    private static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.get(i).doubleValue();
        }
        return numbers;
    }

    /** The values of a tensor before the first step. */
    public float[] initial(String name) {
        State state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("unknown tensor=" + name + "; the network has: " + states.keySet());
        }
        float[] values = new float[state.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = state.isStatistic()
                    ? name.endsWith("running_var") ? 1 : 0
                    : initial(state, unit(PARAMETERS, state.first() + i));
        }
        return values;
    }

    private float initial(State state, float unit) {
        String module = state.name().substring(0, state.name().lastIndexOf('.'));
        boolean weight = state.name().endsWith("weight");
        if (states.containsKey(module + ".running_mean")) {
            if (!parameters().contains(module + ".weight")) {
                return weight ? 1 : unit / 8;
            }
            return weight ? (4 + unit) / 16 : (6 + unit) / 8 - (unit < -0.75f ? 1.25f : 0);
        }
        State weights = states.get(module + ".weight");
        int fanIn = weights.size() / weights.shape().getFirst();
        boolean convolution = weights.shape().size() == 4;
        return unit * (float) Math.sqrt((weight && convolution ? 6.0 : 1.0) / fanIn);
    }

    /** Labels of {@code count} images from image {@code first} on; step s begins at image {@code s * batch}. */
    public int[] labels(int first, int count) {
        int[] labels = new int[count];
        for (int n = 0; n < count; n++) {
            labels[n] = (hash(LABELS, first + n) >>> 8) % 10;
        }
        return labels;
    }

    /** Pixels of {@code count} images from image {@code first} on, (count, height, width, 3). */
    public byte[] pixels(int first, int count) {
        int size = height() * width() * 3;
        int[] labels = labels(first, count);
        byte[] pixels = new byte[count * size];
        for (int i = 0; i < pixels.length; i++) {
            int noise = hash(NOISE, first * size + i) >>> 24;
            int pattern = hash(PATTERNS, labels[i / size] * size + i % size) >>> 24;
            pixels[i] = (byte) (noise + pattern >>> 1);
        }
        return pixels;
    }

    /** The sum of the values, each times a number in [-1, 1) that depends on its place. */
    public double projection(float[] values) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) values[i] * unit(PROJECTION, i);
        }
        return sum;
    }

    private float unit(int stream, int index) {
        return (hash(stream, index) >>> 8) / (float) (1 << 23) - 1;
    }

    private int hash(int stream, int index) {
        int h = index * 0x9E3779B1 + 8 * seed + stream;
        h ^= h >>> 16;
        h *= 0x85EBCA6B;
        h ^= h >>> 13;
        h *= 0xC2B2AE35;
        return h ^ h >>> 16;
    }
}
