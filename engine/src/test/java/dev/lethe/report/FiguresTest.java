package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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
                LearningCurves.loss(content.runs())).map(Figure::svg).toList();
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
