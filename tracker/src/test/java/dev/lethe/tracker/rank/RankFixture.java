package dev.lethe.tracker.rank;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One case of the numbers that {@code src/test/fixtures/ranks.py} made with SciPy, NumPy and plain Python.
 *
 * @param name
 *            the name of its subject
 * @param lines
 *            the lines, each a key and its values, separated by spaces
 */
record RankFixture(String name, List<String> lines) {

    /** Returns all cases of a subject, at least one. */
    static List<RankFixture> cases(String name) throws IOException {
        List<RankFixture> cases = new ArrayList<>();
        try (InputStream in = RankFixture.class.getResourceAsStream("ranks.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList()) {
                if (line.startsWith("case ")) {
                    cases.add(new RankFixture(line.substring("case ".length()), new ArrayList<>()));
                } else {
                    cases.getLast().lines().add(line);
                }
            }
        }
        List<RankFixture> found = cases.stream().filter(fixture -> fixture.name().equals(name)).toList();
        if (found.isEmpty()) {
            throw new AssertionError("the fixture has no case " + name);
        }
        return found;
    }

    private List<String> texts(String key) {
        return lines.stream().filter(line -> line.startsWith(key + " "))
                .map(line -> line.substring(key.length() + 1)).toList();
    }

    String text(String key) {
        return texts(key).getFirst();
    }

    List<double[]> rows(String key) {
        return texts(key).stream()
                .map(text -> Arrays.stream(text.split(" ")).mapToDouble(RankFixture::number).toArray()).toList();
    }

    double[] row(String key) {
        return rows(key).getFirst();
    }

    private static double number(String text) {
        return Double.parseDouble(text.replace("nan", "NaN").replace("inf", "Infinity"));
    }
}
