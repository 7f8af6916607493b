package dev.lethe.study.forgetting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("sets the locale of the whole JVM")
class ForgettingReportTest {
    /** Places where an element or a style sheet can name something to load. */
    private static final Pattern REFERENCE = Pattern
            .compile("(?:src|srcset|href|data|action|poster)\\s*=\\s*[\"']([^\"']*)|url\\(([^)]*)\\)");

    private static MadeUpStudy twoRuns() {
        return MadeUpStudy.gray(6, "plain", "<i>odd & \"quoted\"</i>")
                .run("111", "000", "011", "101", "000", "010")
                .run("111", "000", "111", "001", "110", "010");
    }

    @Test
    void shouldSayInPlainWordsWhatCameOut() {
        assertTrue(twoRuns().html().contains("<strong>33.3% of the 6 training images (2) were learned by both networks"
                + " and never forgotten by any</strong> in 3 epochs of training. 3 (50.0%) were forgotten at least once"
                + " by some network, or not learned by some. 1 (16.7%) was never learned by any."));
        assertTrue(MadeUpStudy.gray(4, "a", "b").run("11", "11", "10", "00").html().contains(
                "<strong>50.0% of the 4 training images (2) were learned and never forgotten</strong> in 2 epochs of"
                        + " training. 1 (25.0%) was forgotten at least once. 1 (25.0%) was never learned."));
    }

    @Test
    void shouldShowFactsBesideThePapersAndWhatTheyDependOn() {
        String html = twoRuns().html();
        assertTrue(html.contains(
                "<tr><th scope=\"row\">Unforgettable</th><td>50% &amp; more</td><td>91.7%</td></tr>"));
        assertTrue(html.contains("<tr><th scope=\"row\">Speed</th><td>9 images/s</td><td></td></tr>"));
        assertTrue(html.contains("<code>./lethe study forgetting --data &quot;made up&quot;</code>"));
        assertTrue(html.contains("<tr><th scope=\"row\">backend</th><td><code>reference</code></td></tr>"));
    }

    @Test
    void shouldEscapeWhatItDoesNotWriteItself() {
        String html = twoRuns().html();
        assertFalse(html.contains("<i>"));
        assertFalse(html.contains("<study>"));
        assertTrue(html.contains("<title>A &lt;study&gt;</title>"));
        assertTrue(html.contains("<h4>&lt;i&gt;odd &amp; &quot;quoted&quot;&lt;/i&gt;<small>"));
    }

    @Test
    void shouldShowControlCharactersOfNames() {
        String html = MadeUpStudy.gray(2, "a\nb", "c\u001b[31m\u202e").run("1", "0").html();
        assertTrue(html.contains("<h4>a\\nb<small>") && html.contains("<h4>c\\u001b[31m\\u202e<small>"), html);
        assertFalse(html.contains("\u001b") || html.contains("\u202e"));
    }

    @Test
    void shouldNotFillPlacesInWhatItFillsIn() {
        assertTrue(MadeUpStudy.gray(2, "{{title}}", "$1").run("1", "0").html().contains("<h4>{{title}}<small>"));
    }

    @Test
    void shouldLoadNothing() {
        String html = twoRuns().html();
        Matcher references = REFERENCE.matcher(html);
        int images = 0;
        while (references.find()) {
            String target = references.group(1) == null ? references.group(2) : references.group(1);
            boolean link = target.equals("https://arxiv.org/abs/1812.05159"); // followed by the reader, not the page
            assertTrue(target.startsWith("data:image/png;base64,") || target.startsWith("#") || link, target);
            images += target.startsWith("data:") ? 1 : 0;
        }
        assertTrue(images > 0);
        for (String loader : List.of("<script", "<link", "<iframe", "<object", "@import", "<base")) {
            assertFalse(html.contains(loader), loader);
        }
        assertTrue(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""));
    }

    @Test
    void shouldGiveTheSameBytesForTheSameContentInEveryLocale() {
        Locale locale = Locale.getDefault();
        String html = twoRuns().html();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertEquals(html, twoRuns().html());
        } finally {
            Locale.setDefault(locale);
        }
    }

    @Test
    void shouldReportASingleEpoch() {
        String html = MadeUpStudy.colour(3, "a", "b").run("1", "1", "1").html();
        assertTrue(html.contains("0 (0%) were never learned."));
        assertFalse(html.contains("NaN"));
    }

    @Test
    void shouldReportANetworkThatLearnedNothing() {
        String html = MadeUpStudy.gray(4, "a", "b", "never seen").run("00", "00", "00", "00").html();
        assertTrue(html.contains("4 (100%) were never learned."));
        assertFalse(html.contains("NaN"));
    }

    @Test
    void shouldShowSuspectsMostSuspectFirst() {
        assertFalse(twoRuns().html().contains("Suspected label errors"));
        String html = twoRuns().html(0.2, -1, 0.9, -1, 0.4, -1);
        String suspects = html.substring(html.indexOf("Suspected label errors"));
        Matcher ids = Pattern.compile("<small>#(\\d)</small>").matcher(suspects);
        List<String> shown = ids.results().map(id -> id.group(1)).toList();
        assertEquals(List.of("2", "4", "0"), shown, "those that are not suspect are not shown");
    }
}
