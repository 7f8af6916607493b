package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.study.forgetting.CumulativeShare;
import dev.lethe.study.forgetting.EventDistribution;
import dev.lethe.study.forgetting.ForgettingHistogram;
import dev.lethe.study.forgetting.ForgettingReportContent;
import dev.lethe.study.forgetting.LearnedSoFar;
import dev.lethe.study.forgetting.LearningCurves;
import dev.lethe.study.forgetting.MadeUpStudy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class FiguresTest {
    private static final String[] RUN = {"11111", "10101", "00000", "10111", "11011", "11111"};

    private static EventDistribution distribution(String... histories) {
        return new EventDistribution(MadeUpStudy.forgetting(MadeUpStudy.scores(histories)));
    }

    static List<String> figures() {
        ForgettingReportContent content = MadeUpStudy.gray(6, "a", "b").run(RUN).run(RUN).content();
        var scores = content.runs().stream().map(run -> run.scores().forgetting()).toList();
        EventDistribution events = new EventDistribution(scores);
        return Stream.of(new ForgettingHistogram(events).figure(), CumulativeShare.figure(events),
                LearnedSoFar.figure(scores), LearningCurves.accuracy(content.runs()),
                LearningCurves.loss(content.runs()), lines(), groups(), density()).map(Figure::svg).toList();
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
        Element svg = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(figure.svgFile()))).getDocumentElement();
        assertTrue(svg.getTextContent().contains("a\\u001b[2J"), svg.getTextContent());
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

    private static Element parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
    }

    private static List<String> texts(String svg) throws Exception {
        NodeList nodes = parse(svg).getElementsByTagName("text");
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> nodes.item(i).getTextContent()).toList();
    }

    @ParameterizedTest
    @MethodSource("figures")
    void shouldBeAnSvgElementThatScalesAndNeedsNoFonts(String svg) throws Exception {
        Element element = parse(svg);
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
    @MethodSource("figures")
    void shouldFollowTheColoursOfThePage(String svg) {
        String withoutVariables = svg.replaceAll("var\\(--ink-[a-z]+,rgb\\([0-9,]+\\)\\)", "");
        assertNotEquals(svg, withoutVariables);
        assertFalse(withoutVariables.contains("rgb("));
    }

    @Test
    void shouldHaveIdsThatAreUniqueInThePage() throws Exception {
        List<String> ids = new ArrayList<>();
        for (String svg : figures()) {
            NodeList elements = parse(svg).getElementsByTagName("*");
            ids.add(parse(svg).getAttribute("id"));
            IntStream.range(0, elements.getLength()).mapToObj(i -> ((Element) elements.item(i)).getAttribute("id"))
                    .filter(id -> !id.isEmpty()).forEach(ids::add);
        }
        assertEquals(ids.size(), ids.stream().distinct().count(), ids.toString());
    }

    @Test
    void shouldKeepLabelsAsText() throws Exception {
        List<String> texts = texts(
                LearningCurves.accuracy(MadeUpStudy.gray(6, "a", "b").run(RUN).content().runs()).svg());
        assertTrue(texts.containsAll(List.of("epoch", "accuracy (%)", "training images, as presented", "test images",
                "1", "5")), texts.toString());
    }

    @Test
    void shouldGiveTheNeverLearnedABarApartFromTheCounts() throws Exception {
        String svg = new ForgettingHistogram(distribution("11", "11", "10", "00")).figure().svg();
        // in the legend and below its bar
        assertEquals(2, texts(svg).stream().filter("never learned"::equals).count());
        assertEquals(List.of("50.0%", "25.0%", "25.0%"), texts(svg).stream().filter(t -> t.endsWith("%")).toList());
        for (Ink ink : List.of(Ink.GREEN, Ink.BLUE, Ink.VERMILLION)) {
            assertTrue(uses(ink, svg) > 1, ink.name()); // a key in the legend, and a bar
        }
    }

    @Test
    void shouldNotDrawABarOfNoExamples() {
        assertEquals(1, uses(Ink.VERMILLION, new ForgettingHistogram(distribution("11", "11", "10")).figure().svg()));
    }

    private static int uses(Ink ink, String svg) {
        return svg.split("fill(:|=\")\\s*var\\(--ink-" + ink.name().toLowerCase(Locale.ROOT), -1).length - 1;
    }

    @Test
    void shouldSayHowTheHistogramIsToBeRead() {
        assertEquals(
                "Training images by the number of times they were forgotten. Above each bar stands its share of the"
                        + " training set.",
                new ForgettingHistogram(distribution("11", "10")).caption());
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = i == 0 ? "10" : "11";
        }
        assertTrue(new ForgettingHistogram(distribution(many)).caption().contains("logarithmic"));
    }

    @Test
    void shouldPoolCountsForWhichThereIsNoRoom() throws Exception {
        String svg = new ForgettingHistogram(
                distribution("10".repeat(150), "10".repeat(120) + "1".repeat(60), "1".repeat(300))).figure().svg();
        assertTrue(texts(svg).contains("100+"));
        assertFalse(texts(svg).contains("105"));
    }

    @Test
    void shouldCountExamplesOfEveryRunByTheirEvents() {
        EventDistribution events = new EventDistribution(MadeUpStudy.forgetting(
                MadeUpStudy.scores("111", "101", "010", "000"), MadeUpStudy.scores("111", "111", "010", "101")));
        assertEquals(new EventDistribution.Spread(1, 1.5, 2), events.withEvents(0));
        assertEquals(new EventDistribution.Spread(2, 2, 2), events.withEvents(1));
        assertEquals(new EventDistribution.Spread(2, 2, 2), events.withEventsFrom(1));
        assertEquals(new EventDistribution.Spread(0, 0.5, 1), events.neverLearned());
        assertEquals(0, events.withEvents(0, 9));
    }
}
