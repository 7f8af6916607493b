package dev.lethe.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    private static final String REMEDY = "; put back a whole copy of it, or delete its folder and start anew";

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("run.json");
    }

    private String refusal() {
        return assertThrows(UnusableFileException.class, () -> Json.read(file)).getMessage();
    }

    @Test
    void shouldReadAnObject() throws IOException {
        Files.writeString(file, "{\"a\": [1, \"x\"], \"b\": null}\n");
        assertEquals(List.of(1, "x"), Json.read(file).get("a"));
        Files.writeString(file, "\uFEFF {\"a\": 1}");
        assertEquals(1, Json.read(file).get("a"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"``|is empty", "` \n`|is empty",
            "{\"a\": 1,|is cut off or altered at line 1, column 9",
            "{\"a\": 1|is cut off or altered at line 1, column 8",
            "`{\n\"a\": 1}}`|is cut off or altered at line 2, column 8",
            "{\"a\": nope}|is cut off or altered at line 1",
            "`{\"a\": 1} {}`|is cut off or altered at line 1", "[1]|holds no object", "null|holds no object",
            "7|holds no object", "`\0\0\0\0`|holds no object", "nope|holds no object"})
    void shouldNameTheFileAndTheRemedyWhereItIsDamaged(String text, String problem) throws IOException {
        Files.writeString(file, text);
        String refusal = refusal();
        assertEquals(file + " " + problem, refusal.substring(0, (file + " " + problem).length()), refusal);
        assertEquals(REMEDY, refusal.substring(refusal.length() - REMEDY.length()), refusal);
        assertEquals(1, refusal.lines().count(), refusal);
    }

    @Test
    void shouldNameTheFileThatIsNoTextOrNotThere() throws IOException {
        Files.write(file, "{\"a\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(file + " cannot be read: it is not text in UTF-8" + REMEDY, refusal());
        Files.delete(file);
        assertEquals(file + " cannot be read: it does not exist, or is a link to nothing" + REMEDY, refusal());
        Files.createDirectory(file);
        assertEquals(file + " cannot be read: Is a directory" + REMEDY, refusal());
    }
}
