package dev.lethe.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.kernels.op.Normalization;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fixture of a few training steps of PyTorch with a network: {@code resnet18}, {@code wrn28_2} or {@code airbench94}.
 * The weights, images and labels come from a formula, PyTorch's results stand in a JSON file; both are described in
 * {@code src/test/fixtures/training_fixture.py}.
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
     * Tensor of the network's {@code state_dict()}.
     *
     * @param name name of the tensor
     * @param shape shape in PyTorch: (out, in, height, width) for a convolution; empty for a scalar
     * @param first index of its first value among those of the formula; -1 for a running statistic
     */
    public record State(String name, List<Integer> shape, int first) {
        public State {
            shape = List.copyOf(shape);
        }

        /** Returns the number of its values. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }

        /** Tells whether it is a running mean, a running variance or their count. */
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
     * @throws FileNotFoundException if there is no fixture of that name
     */
    public static TrainingFixture load(String name) throws IOException {
        try (InputStream stream = TrainingFixture.class.getResourceAsStream(name + ".json")) {
            if (stream == null) {
                throw new FileNotFoundException("no fixture '" + name + "': its script in src/test/fixtures makes it");
            }
            return new TrainingFixture(name, new ObjectMapper().readTree(stream));
        }
    }

    /** Returns the whole content of the file. */
    public JsonNode json() {
        return json;
    }

    /** Returns the number of images of a step. */
    public int batch() {
        return json.get("batch").intValue();
    }

    /** Returns the number of steps. */
    public int steps() {
        return json.get("steps").intValue();
    }

    /** Returns the name, as in {@link #load}. */
    public String name() {
        return name;
    }

    /** Tells whether losses are sums over the batch instead of means. */
    public boolean sumsLoss() {
        return json.get("loss").textValue().startsWith("sum");
    }

    /** Returns the share of the target that is spread over all classes. */
    public float labelSmoothing() {
        String loss = json.get("loss").textValue();
        int at = loss.indexOf(SMOOTHING);
        return at < 0 ? 0 : Float.parseFloat(loss.substring(at + SMOOTHING.length()));
    }

    /** Returns the number of rows of an image. */
    public int height() {
        return json.get("image").get(1).intValue();
    }

    /** Returns the number of columns of an image. */
    public int width() {
        return json.get("image").get(2).intValue();
    }

    /** Returns the normalisation by which the network reads {@code (pixel / 255 - 0.5) / 0.25}. */
    public static Normalization normalization() {
        return new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(0.25f, 0.25f, 0.25f));
    }

    /** Returns a hyperparameter, such as {@code learning_rate}. */
    public float hyperparameter(String name) {
        return json.get("optimizer").get(name).floatValue();
    }

    /** Returns the tensors in the order of {@code state_dict()}. */
    public List<State> states() {
        return List.copyOf(states.values());
    }

    /** Returns the names of the trained tensors, in that order. */
    public List<String> parameters() {
        List<String> names = new ArrayList<>();
        json.get("parameters").forEach(name -> names.add(name.textValue()));
        return names;
    }

    /** Returns the numbers in an array of the file, such as {@code losses}. */
    public double[] numbers(String name) {
        return numbers(json.get(name));
    }

    /** Returns the relative change of the numbers of that name under another order of float32's additions. */
    public double[] float32Error(String name) {
        return numbers(json.get("float32_error").get(name));
    }

    /** Returns the L2 norm of each parameter's gradient: (steps, parameters). */
    public double[][] parameterGradientNorms() {
        return rows("parameter_gradient_norms");
    }

    /** Returns the logits of the test batch: (images, classes). */
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

    /** Returns the values of a tensor before the first step. */
    public float[] initial(String name) {
        State state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("unknown tensor=" + name + "; the network has: " + states.keySet());
        }
        float[] values = new float[state.size()];
        if (state.isStatistic()) {
            Arrays.fill(values, name.endsWith("running_var") ? 1 : 0);
            return values;
        }
        InitialValue initial = initial(state);
        for (int i = 0; i < values.length; i++) {
            values[i] = initial.of(unit(PARAMETERS, state.first() + i));
        }
        return values;
    }

    /** The initial value of an element, by its number in [-1, 1). */
    @FunctionalInterface
    private interface InitialValue {
        float of(float unit);
    }

    private InitialValue initial(State state) {
        String module = state.name().substring(0, state.name().lastIndexOf('.'));
        boolean weight = state.name().endsWith("weight");
        if (states.containsKey(module + ".running_mean")) {
            if (!parameters().contains(module + ".weight")) {
                return unit -> weight ? 1 : unit / 8;
            }
            return unit -> weight ? (4 + unit) / 16 : (6 + unit) / 8 - (unit < -0.75f ? 1.25f : 0);
        }
        State weights = states.get(module + ".weight");
        int fanIn = weights.size() / weights.shape().getFirst();
        boolean convolution = weights.shape().size() == 4;
        float bound = (float) Math.sqrt((weight && convolution ? 6.0 : 1.0) / fanIn);
        return unit -> unit * bound;
    }

    /**
     * Returns the labels of {@code count} images from image {@code first} on; step s begins at image {@code s * batch}.
     */
    public int[] labels(int first, int count) {
        int[] labels = new int[count];
        for (int n = 0; n < count; n++) {
            labels[n] = (hash(LABELS, first + n) >>> 8) % 10;
        }
        return labels;
    }

    /** Returns the pixels of {@code count} images from image {@code first} on, (count, height, width, 3). */
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

    /** Returns the sum of the values, each times a number in [-1, 1) that depends on its place. */
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
