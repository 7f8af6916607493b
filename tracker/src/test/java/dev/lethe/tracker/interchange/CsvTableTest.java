package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
    @TempDir
    private Path folder;

    private CsvTable table(String content, String... expected) throws IOException {
        return CsvTable.open(Files.writeString(folder.resolve("table.csv"), content), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"label,id,score", "\uFEFFlabel,id,score", "\n\r\n \t\nlabel,id,score",
            "\uFEFF,,\n\"label\",\"id\",\"score\"", ";;;\nlabel;id;score", "\t\t\nlabel\tid\tscore"})
    void shouldReadTheHeaderOnTheFirstLineThatIsNotBlank(String header) throws IOException {
        assertEquals(List.of("label", "id", "score"), table(header + "\n", "id", "score").columns());
    }

    @Test
    void shouldReadNamesWithLineBreaksAndQuotes() throws IOException {
        assertEquals(List.of("a \"long\"\nname, of two lines", "id", "score"),
                table("\"a \"\"long\"\"\nname, of two lines\",id,score\n", "id", "score").columns());
    }

    @Test
    void shouldReadAllColumnsWithTheSeparatorOfTheHeader() throws IOException {
        CsvTable table = table("id;a;b\n\n0;1;2\n;;\n1;3;4\n;;\n", "id", "a");
        assertArrayEquals(new double[]{1, 3}, table.scores("id", "a", 2).toArray());
        assertArrayEquals(new double[]{2, 4}, table.scores("id", "b", 2).toArray());
        assertTrue(assertThrows(InterchangeException.class, () -> table.scores("id", "c", 2)).getMessage()
                .endsWith("line=1: column=c is not in its header [id, a, b]"));
        assertThrows(IllegalArgumentException.class, () -> table.scores("id", "a", 0));
    }

    @Test
    void shouldHaveNoColumnsWhereTheFileIsBlankOrNotThere() throws IOException {
        assertEquals(List.of(), table("", "id").columns());
        assertEquals(List.of(), table("\n \t\n", "id").columns());
        assertThrows(NoSuchFileException.class, () -> CsvTable.open(folder.resolve("missing.csv"), "id"));
    }
}
