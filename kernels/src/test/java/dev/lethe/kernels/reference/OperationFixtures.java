package dev.lethe.kernels.reference;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The results of NumPy for single operations, made by {@code src/test/fixtures/operations.py}. */
final class OperationFixtures {
    private static final Map<String, Map<String, double[]>> ALL = read();

    private OperationFixtures() {}

    private static Map<String, Map<String, double[]>> read() {
        Map<String, Map<String, double[]>> operations = new HashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(OperationFixtures.class.getResourceAsStream("operations.tsv")),
                StandardCharsets.UTF_8))) {
            reader.lines().map(line -> line.split("\t")).forEach(fields -> operations
                    .computeIfAbsent(fields[0], _ -> new HashMap<>()).put(fields[1],
                            Arrays.stream(fields[2].split(" ")).mapToDouble(Double::parseDouble).toArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return operations;
    }

    /** Returns the tensors of an operation by name. */
    static Map<String, double[]> of(String operation) {
        return Objects.requireNonNull(ALL.get(operation), operation);
    }
}
