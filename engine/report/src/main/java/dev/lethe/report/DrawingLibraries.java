package dev.lethe.report;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Check for the libraries that draw figures, which a program may exclude that only trains. The check comes before runs
 * are trained for hours, at whose end a missing class would be found.
 */
public final class DrawingLibraries {
    private static final Map<String, String> CLASSES = Map.of(
            "org/jfree/chart/JFreeChart.class", "org.jfree:jfreechart",
            "org/apache/batik/svggen/SVGGraphics2D.class", "org.apache.xmlgraphics:batik-svggen");

    private DrawingLibraries() {}

    /** Returns a sentence that names the libraries that are missing; empty where none is. */
    public static Optional<String> missing() {
        return missing(Objects.requireNonNull(DrawingLibraries.class.getClassLoader(), "not the JDK's"));
    }

    static Optional<String> missing(ClassLoader loader) {
        List<String> missing = CLASSES.entrySet().stream().filter(entry -> loader.getResource(entry.getKey()) == null)
                .map(Map.Entry::getValue).sorted().toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("a study draws figures, and " + String.join(", ", missing)
                        + " is not on the class path: add it as a dependency");
    }
}
