package dev.lethe.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParagraphTest {
    private static final Paragraph FINDING = Paragraph.EMPTY.strong("3 < 4").plain(" & more, see ").code("a<b>")
            .lineBreak().plain("Next.");

    @Test
    void shouldStandOutInHtmlAndEscapeWords() {
        assertEquals("<strong>3 &lt; 4</strong> &amp; more, see <code>a&lt;b&gt;</code><br>Next.", FINDING.html());
    }

    @Test
    void shouldKeepWordsThatLookLikeMarkupAsText() {
        assertEquals("3 < 4 & more, see a<b>\nNext.", FINDING.text());
    }

    @Test
    void shouldAddAnotherParagraphToTheLine() {
        assertEquals("One. 3 < 4", Paragraph.of("One. ").then(Paragraph.EMPTY.strong("3 < 4")).text());
    }

    @Test
    void shouldEscapeCellsOfTables() {
        Block.Markup table = (Block.Markup) Block.table(List.of("a<b"), List.of(List.of("<i>", "x & y")));
        assertEquals("""
                <table class="numbers">
                <thead><tr><th>a&lt;b</th></tr></thead>
                <tbody>
                <tr><th scope="row">&lt;i&gt;</th><td>x &amp; y</td></tr>
                </tbody>
                </table>
                """, table.html());
    }
}
