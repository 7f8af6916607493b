package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class FiguresTest {
    static List<Figure> figures() {
        return List.of(lines(), groups(), density(), curves());
    }

    static Stream<String> svgs() {
        return figures().stream().map(Figure::svg);
    }

    private static Figure lines() {
        double[] x = {0, 0.5, 1};
        double[] y = {0.9, 0.8, Double.NaN};
        return XyFigure.of(Axis.of("removed", Axis.Scale.PERCENT), Axis.of("accuracy", Axis.Scale.PERCENT).to(1))
                .dashed("nothing, removed", Ink.AXIS, x, new double[]{0.95, 0.95, 0.95})
                .line("selected", Ink.GREEN, x, y, new double[]{0.88, 0.79, Double.NaN}, new double[]{0.92, 0.81, 1})
                .band("band", Ink.PURPLE, x, x, y, y).points("points", Ink.SKY, x, x)
                .whole("lines", "Lines.", "Line chart");
    }

    private static Figure groups() {
        return new GroupHistogram().add("wrong", Ink.VERMILLION, new double[]{0.1, 0.2}, 0.7)
                .add("right", Ink.BLUE, new double[]{0.9, 0.05, 0.04}, 0.01)
                .whole("groups", "Groups.", "Bar chart");
    }

    private static Figure density() {
        return DensityFigure.of(Axis.of("events", Axis.Scale.WHOLE), Axis.of("margin", Axis.Scale.LINEAR),
                new double[]{0, 0, 1, 5}, new double[]{2.5, 2.6, -1, -3}).half("density", "Density.", "Histogram");
    }

    private static Figure curves() {
        return new CurveFigure("epoch", 1, "accuracy", CurveFigure.Scale.PERCENT)
                .add("training", Ink.ORANGE, List.of(new double[]{0.5, 0.7}, new double[]{0.4, 0.8}))
                .add("test", Ink.BLUE, List.of(new double[]{0.6, Double.NaN}))
                .figure("curves", "Curves.", "Line chart");
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "a \"quoted\" name", "a\rb", "a,b"})
    void shouldQuoteNamesInTables(String name) {
        double[] x = {0};
        String csv = XyFigure.of(Axis.of("x", Axis.Scale.LINEAR), Axis.of("y", Axis.Scale.LINEAR))
                .line(name, Ink.GREEN, x, x).whole("one", "One.", "Line chart").csv();
        assertEquals("series,x,y\n\"" + name.replace("\"", "\"\"") + "\",0,0\n", csv);
    }

    @Test
    void shouldDrawNamesWithControlCharacters() throws Exception {
        double[] x = {0, 1};
        Figure figure = XyFigure.of(Axis.of("x", Axis.Scale.LINEAR), Axis.of("y", Axis.Scale.LINEAR))
                .line("a\u001b[2J", Ink.GREEN, x, x).line("b", Ink.BLUE, x, x).whole("one", "One.", "Line chart");
        String text = SvgElements.parse(figure.svgFile()).getTextContent();
        assertTrue(text.contains("a\\u001b[2J"), text);
    }

    @Test
    void shouldWriteEveryPlottedPointAsATable() {
        assertEquals("""
                series,x,y,low,high
                "nothing, removed",0,0.95,0.95,0.95
                "nothing, removed",0.5,0.95,0.95,0.95
                "nothing, removed",1,0.95,0.95,0.95
                selected,0,0.9,0.88,0.92
                selected,0.5,0.8,0.79,0.81
                selected,1,,,1
                """, lines().csv().lines().limit(7).collect(Collectors.joining("\n", "", "\n")));
        assertEquals(List.of("group,forgetting_events,share", "wrong,0,0.1", "wrong,1,0.2", "wrong,2,0",
                "wrong,never learned,0.7", "right,0,0.9", "right,1,0.05", "right,2,0.04", "right,never learned,0.01"),
                groups().csv().lines().toList());
        assertEquals(4, density().csv().lines().mapToInt(line -> line.endsWith("images")
                ? 0
                : Integer.parseInt(line.substring(line.lastIndexOf(',') + 1))).sum());
        assertEquals(List.of("series,run,epoch,accuracy", "training,1,1,0.5", "training,1,2,0.7", "training,2,1,0.4",
                "training,2,2,0.8", "test,1,1,0.6", "test,1,2,"), curves().csv().lines().toList());
    }

    @Test
    void shouldBeAnImageOnWhite() throws Exception {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(lines().png()));
        assertEquals(2 * 940, image.getWidth());
        assertEquals(0xffffffff, image.getRGB(0, 0));
        assertTrue(IntStream.range(0, image.getWidth())
                .anyMatch(x -> image.getRGB(x, image.getHeight() / 2) != 0xffffffff));
        assertTrue(lines().svgFile().startsWith("<?xml") && !lines().svgFile().contains("var("));
        assertEquals("other", lines().named("other").id());
    }

    @ParameterizedTest
    @MethodSource("svgs")
    void shouldBeAnSvgElementThatScalesAndNeedsNoFonts(String svg) throws Exception {
        Element element = SvgElements.parse(svg);
        assertEquals("img", element.getAttribute("role"));
        assertFalse(element.getAttribute("aria-label").isEmpty());
        assertFalse(element.hasAttribute("width"));
        assertTrue(element.getAttribute("viewBox").startsWith("0 0 "));
        NodeList texts = element.getElementsByTagName("text");
        assertTrue(texts.getLength() > 5);
        for (int i = 0; i < texts.getLength(); i++) {
            Element text = (Element) texts.item(i);
            assertTrue(Double.parseDouble(text.getAttribute("textLength")) > 0, text.getTextContent());
        }
    }

    @ParameterizedTest
    @MethodSource("svgs")
    void shouldFollowTheColoursOfThePage(String svg) {
        String withoutVariables = svg.replaceAll("var\\(--ink-[a-z]+,rgb\\([0-9,]+\\)\\)", "");
        assertNotEquals(svg, withoutVariables);
        assertFalse(withoutVariables.contains("rgb("));
    }

    @Test
    void shouldHaveIdsThatAreUniqueInThePage() throws Exception {
        List<String> ids = new ArrayList<>();
        for (String svg : svgs().toList()) {
            NodeList elements = SvgElements.parse(svg).getElementsByTagName("*");
            ids.add(SvgElements.parse(svg).getAttribute("id"));
            IntStream.range(0, elements.getLength()).mapToObj(i -> ((Element) elements.item(i)).getAttribute("id"))
                    .filter(id -> !id.isEmpty()).forEach(ids::add);
        }
        assertEquals(ids.size(), ids.stream().distinct().count(), ids.toString());
    }

    @Test
    void shouldKeepLabelsAsText() throws Exception {
        List<String> texts = SvgElements.texts(curves().svg());
        assertTrue(texts.containsAll(List.of("epoch", "accuracy (%)", "training", "test", "1", "2")),
                texts.toString());
    }
}
