package dev.lethe.study.forgetting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.report.Ink;
import dev.lethe.report.SvgElements;
import dev.lethe.study.MadeUpRuns;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ForgettingFiguresTest {
    private static final String[] RUN = {"11111", "10101", "00000", "10111", "11011", "11111"};

    private static EventDistribution distribution(String... histories) {
        return new EventDistribution(MadeUpRuns.forgetting(MadeUpRuns.scores(histories)));
    }

    private static String rows(String csv) {
        return csv.lines().skip(1).collect(Collectors.joining(" "));
    }

    @Test
    void shouldCountExamplesOfEveryRunByTheirEvents() {
        EventDistribution events = new EventDistribution(MadeUpRuns.forgetting(
                MadeUpRuns.scores("111", "101", "010", "000"), MadeUpRuns.scores("111", "111", "010", "101")));
        assertEquals(new EventDistribution.Spread(1, 1.5, 2), events.withEvents(0));
        assertEquals(new EventDistribution.Spread(2, 2, 2), events.withEvents(1));
        assertEquals(new EventDistribution.Spread(2, 2, 2), events.withEventsFrom(1));
        assertEquals(new EventDistribution.Spread(0, 0.5, 1), events.neverLearned());
        assertEquals(0, events.withEvents(0, 9));
    }

    @Test
    void shouldGiveTheNeverLearnedABarApartFromTheCounts() throws Exception {
        String svg = new ForgettingHistogram(distribution("11", "11", "10", "00")).figure().svg();
        List<String> texts = SvgElements.texts(svg);
        // in the legend and below its bar
        assertEquals(2, texts.stream().filter("never learned"::equals).count());
        assertEquals(List.of("50.0%", "25.0%", "25.0%"), texts.stream().filter(t -> t.endsWith("%")).toList());
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
        assertTrue(SvgElements.texts(svg).contains("100+"));
        assertFalse(SvgElements.texts(svg).contains("105"));
    }

    /** Six examples: two are never forgotten, two once, one twice, and one is never learned. */
    @Test
    void shouldAddUpSharesByEvents() {
        assertEquals("\"learned, and forgotten at most x times\",1,0,0.3333333333333333 "
                + "\"learned, and forgotten at most x times\",1,1,0.6666666666666666 "
                + "\"learned, and forgotten at most x times\",1,2,0.8333333333333334",
                rows(CumulativeShare.figure(distribution(RUN)).csv()));
    }

    @Test
    void shouldAddUpSharesByTheFirstPresentationThatWasRight() {
        assertEquals("learned at least once so far,1,1,0.5 learned at least once so far,1,2,0.75",
                rows(LearnedSoFar.figure(MadeUpRuns.forgetting(MadeUpRuns.scores("10", "01", "00", "11"))).csv()));
    }

    @Test
    void shouldDrawACurveOfEveryRun() throws Exception {
        ReportedRuns reported = MadeUpStudy.gray(6, "a", "b").run(RUN).run(RUN).reported();
        List<String> texts = SvgElements.texts(LearningCurves.accuracy(reported.runs()).svg());
        assertTrue(texts.containsAll(List.of("epoch", "accuracy (%)", "training images, as presented", "test images",
                "1", "5")), texts.toString());
        assertTrue(LearningCurves.accuracy(reported.runs()).caption().endsWith(" One line a run."));
        assertEquals(2 * 2 * 5, LearningCurves.loss(reported.runs()).csv().lines().skip(1).count());
    }
}
