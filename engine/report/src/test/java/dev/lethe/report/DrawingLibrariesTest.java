package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import org.jfree.chart.JFreeChart;
import org.junit.jupiter.api.Test;

class DrawingLibrariesTest {
    @Test
    void shouldNameTheLibrariesThatAreMissing() throws IOException {
        URL charts = JFreeChart.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader none = new URLClassLoader(new URL[0], null);
                URLClassLoader one = new URLClassLoader(new URL[]{charts}, null)) {
            assertEquals(
                    Optional.of("a study draws figures, and org.apache.xmlgraphics:batik-svggen, org.jfree:jfreechart "
                            + "is not on the class path: add it as a dependency"),
                    DrawingLibraries.missing(none));
            assertEquals(
                    Optional.of("a study draws figures, and org.apache.xmlgraphics:batik-svggen is not on the class "
                            + "path: add it as a dependency"),
                    DrawingLibraries.missing(one));
        }
        assertEquals(Optional.empty(), DrawingLibraries.missing());
    }
}
