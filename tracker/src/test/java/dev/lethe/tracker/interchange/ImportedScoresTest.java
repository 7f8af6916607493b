package dev.lethe.tracker.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.tracker.rank.ScorePair;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportedScoresTest {
    private static final double NONE = Double.NaN;

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("scores");
    }

    private double[] csv(String content) throws IOException {
        Files.writeString(file(), content);
        return ImportedScores.csv(file(), "id", "score", 4).toArray();
    }

    private String refusal(String content) throws IOException {
        Files.writeString(file(), content);
        String message = assertThrows(InterchangeException.class,
                () -> ImportedScores.csv(file(), "id", "score", 4)).getMessage();
        String start = "file=" + file() + " ";
        assertTrue(message.startsWith(start), message);
        return message.substring(start.length());
    }

    @Test
    void shouldReadScoresByIdInAnyOrderOfRows() throws IOException {
        assertArrayEquals(new double[]{0.5, NONE, -1e-3, 7}, csv("id,score\n2,-1e-3\n0,.5\n3,7.\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void shouldFindTheSeparatorInTheHeader(String separator) throws IOException {
        String rows = "name,score,id\na,1,0\n\"b,;\tc\",2,3\n";
        String content = rows.replace("b,;\tc", "@").replace(",", separator).replace("@", "b,;\tc");
        assertArrayEquals(new double[]{1, NONE, NONE, 2}, csv(content));
    }

    @Test
    void shouldPreferTheSeparatorThatGivesBothNames() throws IOException {
        assertArrayEquals(new double[]{1, NONE, NONE, NONE}, csv("id;score;a,b,c,d\n0;1;2\n"));
        Files.writeString(file(), "id,a,b;el2n, mean\n");
        assertTrue(assertThrows(InterchangeException.class,
                () -> ImportedScores.csv(file(), "id,a,b", "el2n", 4)).getMessage().endsWith(
                        "line=1: column=id,a,b is not in its header [id, a, b;el2n, mean]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void shouldReadEveryLineEnd(String end) throws IOException {
        double[] expected = {NONE, 1, 2, NONE};
        assertArrayEquals(expected, csv(String.join(end, "id,score", "1,1", "2,2", "")));
        assertArrayEquals(expected, csv(String.join(end, "id,score", "", "1,1", "2,2")));
        assertTrue(refusal(String.join(end, "id,score", "1,1", "2,2", "3,x", "")).startsWith("line=4: score=x "));
        assertTrue(refusal(String.join(end, "id,score,t", "1,1,\"", "\"", "2,2,", "3,x,")).startsWith("line=5: "));
    }

    @Test
    void shouldReadQuotedFields() throws IOException {
        assertArrayEquals(new double[]{NONE, 3, NONE, 4}, csv("""
                "id","a ""name"", with a comma","score"
                "1","two
                lines",3
                3,"","4"
                """));
        assertTrue(refusal("id,score\n\"1\"2,3\n").startsWith("line=2: text after a closing quote"));
        assertTrue(refusal("id,score\n1,\"3\n").startsWith("line=2: a quote is not closed"));
    }

    @Test
    void shouldPassOverAByteOrderMarkAndSpaces() throws IOException {
        assertArrayEquals(new double[]{1, NONE, NONE, NONE}, csv("\uFEFFid, score\n 0 , 1 \n"));
        assertArrayEquals(new double[]{1, NONE, NONE, NONE}, csv("\uFEFF\"id\",score\n0,1"));
    }

    @Test
    void shouldReadOtherColumnsInAnyEncoding() throws IOException {
        Files.write(file(), "id,score,Größe\n0,1,süß\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(1, ImportedScores.csv(file(), "id", "score", 1).score(0));
        Files.writeString(file(), "id,Größe\n0,2\n");
        assertEquals(2, ImportedScores.csv(file(), "id", "Größe", 1).score(0));
        for (Charset charset : new Charset[]{StandardCharsets.UTF_16, StandardCharsets.UTF_16LE}) {
            Files.writeString(file(), "id,score\n0,1\n", charset);
            assertTrue(assertThrows(InterchangeException.class, () -> ImportedScores.csv(file(), "id", "score", 1))
                    .getMessage().contains("line=1: it has NUL bytes"));
        }
    }

    @Test
    void shouldTakeTheIndexColumnOfPandas() throws IOException {
        Files.writeString(file(), ",aum\n0,0.25\n1,-0.5\n");
        assertArrayEquals(new double[]{0.25, -0.5}, ImportedScores.csv(file(), "", "aum", 2).toArray());
    }

    @Test
    void shouldTakeNoScoreForNone() throws IOException {
        double[] infinities = csv("id,score\n0,\n1,NaN\n2,-inf\n3,Infinity\n");
        assertArrayEquals(new double[]{NONE, NONE, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}, infinities);
        ImportedScores scores = ImportedScores.csv(file(), "id", "score", 5);
        assertEquals(5, scores.examples());
        assertEquals(2, scores.scored());
        assertArrayEquals(new int[]{2, 3}, scores.scoredIds());
        assertEquals("imported scores of 2 of 5 examples", scores.toString());
        assertThrows(IndexOutOfBoundsException.class, () -> scores.score(5));
        assertArrayEquals(new double[]{NONE, NONE, NONE, NONE}, csv("id,score\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1,5", "1f", "0x1p3", "1_000", "--1", "1e", ".", "-", "NA", "None", "1 2", "١"})
    void shouldRefuseAScoreThatIsNoNumber(String score) throws IOException {
        assertEquals("line=3: score=" + score + " is not a number with a decimal point: correct it, or leave it empty"
                + " for no score", refusal("id;score\n1;1\n2;" + score + "\n"));
    }

    @ParameterizedTest
    @CsvSource({"4,'is not in [0, 4), the examples of the data set'", "-1,'is not in [0, 4), the examples'",
            "99999999999999999999999,'is not in [0, 4)'", "1.0,is not an example id", "'',is not an example id",
            "-,is not an example id", "cat.png,is not an example id"})
    void shouldRefuseAnIdThatIsNoExample(String id, String problem) throws IOException {
        String message = refusal("id,score\n" + id + ",1\n");
        assertTrue(message.startsWith("line=2: id=" + id + " " + problem), message);
    }

    @Test
    void shouldRefuseASecondScoreOfAnExample() throws IOException {
        assertEquals("line=4: id=1 has a row before this one: an example has one score",
                refusal("id,score\n1,\n2,5\n1,\n"));
    }

    @Test
    void shouldRefuseRowsOfAnotherLength() throws IOException {
        String remedy = ": give each row a field for every column";
        assertEquals("line=3: fields=3 where the header has 2" + remedy, refusal("id,score\n1,1\n2,2,2\n"));
        assertEquals("line=2: fields=1 where the header has 2" + remedy, refusal("id,score\n1\n"));
    }

    @Test
    void shouldRefuseATableWithoutTheColumns() throws IOException {
        assertEquals("line=1: column=id is not in its header []", refusal(""));
        assertEquals("line=1: column=score is not in its header [id, name]", refusal("id;name\n1;2\n"));
        assertEquals("line=1: column=id stands several times in its header [id, score, id]",
                refusal("id,score,id\n1,2,1\n"));
    }

    @Test
    void shouldNotDrawAWholeFileIntoOneRow() throws IOException {
        assertTrue(refusal("id,score\n1,\"" + "x\n".repeat(1 << 20)).startsWith("line=2: a row of more than 1048576"));
    }

    @Test
    void shouldReadArraysByPosition() throws IOException {
        NpyFile.write(file(), NumpyArray.of(new float[]{0.5f, Float.NaN, -2}));
        assertArrayEquals(new double[]{0.5, NONE, -2}, ImportedScores.npy(file(), 3).toArray());
        assertEquals("file=" + file() + ": shape=(3,) where a score an example is shape=(4,)",
                assertThrows(InterchangeException.class, () -> ImportedScores.npy(file(), 4)).getMessage());
        NpyFile.write(file(), NumpyArray.of(new int[3]).withShape(3, 1));
        assertThrows(InterchangeException.class, () -> ImportedScores.npy(file(), 3));
    }

    @Test
    void shouldReadOneArrayOfAnArchive() throws IOException {
        Path archive = Fixture.path("types-deflated.npz");
        assertArrayEquals(new double[]{Short.MIN_VALUE, 7, Short.MAX_VALUE},
                ImportedScores.npz(archive, "big_i2", 3).toArray());
        assertEquals("file=" + archive + " array=rows: shape=(3, 4) where a score an example is shape=(3,)",
                assertThrows(InterchangeException.class, () -> ImportedScores.npz(archive, "rows", 3)).getMessage());
    }

    @Test
    void shouldPairTheExamplesThatHaveBothScores() throws IOException {
        Files.writeString(file(), "id,score\n3,1\n1,4\n0,2\n");
        ImportedScores scores = ImportedScores.csv(file(), "id", "score", 4);
        ScorePair pair = scores.pairedWith(new double[]{10, NONE, 30, 40});
        assertArrayEquals(new double[]{2, 1}, pair.first());
        assertArrayEquals(new double[]{10, 40}, pair.second());
        assertEquals(-1, CorrelationCoefficient.SPEARMAN.of(pair));
        assertThrows(IllegalArgumentException.class, () -> scores.pairedWith(new double[3]));
    }

    @Test
    void shouldRefuseADataSetWithoutExamples() {
        assertThrows(IllegalArgumentException.class, () -> ImportedScores.csv(file(), "id", "score", 0));
        assertThrows(IllegalArgumentException.class, () -> ImportedScores.npy(file(), -1));
        assertThrows(NoSuchFileException.class, () -> ImportedScores.npy(file(), 1));
        assertThrows(NoSuchFileException.class, () -> ImportedScores.csv(file(), "id", "score", 1));
    }
}
