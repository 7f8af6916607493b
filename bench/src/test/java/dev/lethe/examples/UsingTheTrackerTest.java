package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Java code of docs/using-the-tracker.md, which is that of the sources it names; these are compiled and run. */
class UsingTheTrackerTest {
    private static final Path ROOT = Path.of("..");
    private static final String PAGE = "docs/using-the-tracker.md";
    /** A fenced block, and the comment before it if there is one. */
    private static final Pattern SNIPPET = Pattern.compile("(?:<!-- (\\S+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);

    private static Map<String, String> snippets() throws IOException {
        Map<String, String> snippets = new LinkedHashMap<>();
        Matcher matcher = SNIPPET.matcher(Files.readString(ROOT.resolve(PAGE)));
        while (matcher.find()) {
            snippets.put(matcher.group(1), matcher.group(2));
        }
        return snippets;
    }

    /** Returns the lines between the marks, without the indentation of the first. */
    private static String marked(String source) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(source)).stream()
                .dropWhile(line -> !line.strip().equals("// snippet")).skip(1)
                .takeWhile(line -> !line.strip().equals("// end")).toList();
        assertTrue(lines.size() > 10, source);
        String indent = lines.getFirst().replaceFirst("\\S.*", "");
        return String.join("\n", lines.stream().map(line -> line.replaceFirst("^" + indent, "")).toList()) + "\n";
    }

    @Test
    void shouldShowTheSourcesThatItNames() throws IOException {
        for (Map.Entry<String, String> snippet : snippets().entrySet()) {
            assertEquals(marked(snippet.getKey()), snippet.getValue(), snippet.getKey());
        }
    }

    @Test
    void shouldShowLoopsAndABenchmark() throws IOException {
        String examples = "java/dev/lethe/examples/";
        assertEquals(Arrays.asList("bench/src/main/" + examples + "PlainLoop.java",
                "bench/src/peers/" + examples + "djl/TrackerListener.java",
                "bench/src/peers/" + examples + "djl/DjlLoop.java",
                "bench/src/main/" + examples + "TrackingCost.java"), List.copyOf(snippets().keySet()));
    }
}
