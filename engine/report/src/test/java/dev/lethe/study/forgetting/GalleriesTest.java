package dev.lethe.study.forgetting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GalleriesTest {
    private static final Pattern ID = Pattern.compile("<small>#(\\d+)</small>");

    private static String html(MadeUpStudy study) {
        ReportedRuns reported = study.reported();
        return new Galleries(reported, ClassSummary.of(reported.data(), reported.aggregate())).html();
    }

    /** Returns the ids in the gallery with a heading, in the order in which it shows them. */
    private static List<Integer> shown(String html, String heading) {
        String section = Arrays.stream(html.split("<section>")).filter(s -> s.contains("<h3>" + heading + "</h3>"))
                .findFirst().orElseThrow();
        return ID.matcher(section).results().map(MatchResult::group).map(s -> s.replaceAll("\\D", ""))
                .map(Integer::valueOf).toList();
    }

    @Test
    void shouldShowEveryImageWhereItBelongs() {
        String html = html(MadeUpStudy.gray(8, "even", "odd")
                .run("11111", "00000", "10101", "10111", "01111", "00000", "01010", "10000")
                .run("11111", "00000", "11111", "10111", "01111", "00010", "00000", "10000"));
        assertEquals(List.of(0, 4), shown(html, "Unforgettable")); // by margin, which falls with the id
        // in label order; 5 was learned by one run of two, so most did not fail to
        assertEquals(List.of(1), shown(html, "Never learned"));
        assertEquals(List.of(6, 2, 7, 3, 5), shown(html, "Most forgotten"));
    }

    @Test
    void shouldShowImagesThatMoreRunsNeverLearnedFirst() {
        String html = html(MadeUpStudy.gray(6, "a", "b")
                .run("00", "11", "00", "11", "00", "11")
                .run("00", "11", "00", "11", "00", "11")
                .run("01", "11", "00", "11", "01", "11"));
        assertEquals(List.of(2, 4, 0), shown(html, "Never learned"));
        assertTrue(html.contains("<br>never learned<br><small>#2</small>"));
        assertTrue(html.contains("<br>never in 2/3<br><small>#4</small>"));
        assertTrue(html.contains("There are no such images of class b."));
    }

    @Test
    void shouldSayWhatImagesWereTakenFor() {
        String html = html(MadeUpStudy.gray(2, "cat", "dog").run("10", "11").run("10", "11").run("11", "11"));
        assertTrue(html.contains("cat → <span class=\"wrong\">dog</span> ×2, <span class=\"right\">cat</span>"
                + "<br>2 events<br><small>#0</small>"));
        assertTrue(html.contains("dog → <span class=\"right\">dog</span><br>margin 9.0<br>"));
        assertTrue(html.contains("example 0, [0], labelled cat, last predicted as dog, dog, cat; 2 forgetting events, "
                + "never learned in 0 of 3 runs; mean margin 10.00"));
    }

    @Test
    void shouldShowAtMostTenImagesARow() {
        String[] histories = IntStream.range(0, 30).mapToObj(i -> "11").toArray(String[]::new);
        String html = html(MadeUpStudy.gray(30, "a", "b").run(histories));
        assertEquals(20, shown(html, "Unforgettable").size());
        assertTrue(html.contains("<h4>a<small>15 images</small></h4>"));
    }

    @Test
    void shouldShowTheTwentyClassesWithTheMostForgottenImages() {
        String[] names = IntStream.range(0, 25).mapToObj(i -> "class" + i).toArray(String[]::new);
        String[] histories = IntStream.range(0, 25).mapToObj(i -> i < 3 ? "11" : "10").toArray(String[]::new);
        String html = html(MadeUpStudy.gray(25, names).run(histories));
        assertTrue(html.contains("Shown are the 20 of 25 classes with the most forgotten images."));
        assertEquals(IntStream.range(3, 23).boxed().toList(), shown(html, "Most forgotten"));
        assertFalse(html.contains("class0"));
    }
}
