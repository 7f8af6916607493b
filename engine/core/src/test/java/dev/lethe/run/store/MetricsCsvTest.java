package dev.lethe.run.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.run.RunException;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsCsvTest {
    private static final int EPOCHS = 3;
    private static final List<String> ROWS = List.of("1,2.000000,0.500000,1.000000,0.250000,0.1250,0.000010,1000.5",
            "2,2.000000,0.500000,1.000000,0.250000,0.1250,0.000010,1000.5",
            "3,2.000000,0.500000,1.000000,0.250000,0.1250,0.000010,1000.5");

    @TempDir
    private Path run;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = run.resolve("metrics.csv");
        MetricsCsv csv = MetricsCsv.create(file);
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            csv.append(metrics(epoch));
        }
        assertEquals(ROWS, csv.rows());
    }

    private static EpochMetrics metrics(int epoch) {
        return new EpochMetrics(epoch, 2, 0.5, 1, 0.25, 0.125, 1e-5, 1000.5);
    }

    private String refusal() {
        return assertThrows(RunException.class, () -> MetricsCsv.read(file, EPOCHS)).getMessage();
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        assertEquals(List.of(metrics(1), metrics(2), metrics(3)), MetricsCsv.read(file, EPOCHS));
        assertEquals(EPOCHS + 1, Files.readString(file).chars().filter(c -> c == '\n').count());
    }

    @Test
    void shouldReadTheLineEndsOfWindows() throws IOException {
        Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
        assertEquals(List.of(metrics(1), metrics(2), metrics(3)), MetricsCsv.read(file, EPOCHS));
        assertEquals(ROWS, MetricsCsv.wholeRows(file));
    }

    /** Leaves a file as a power cut may: cut off anywhere within the last row, or filled with zeros. */
    @Test
    void shouldCutOffATornLastRow() throws IOException {
        String text = Files.readString(file);
        int last = text.lastIndexOf("\n3,") + 1;
        for (int length = last; length < text.length(); length++) {
            Files.writeString(file, text.substring(0, length));
            assertEquals(ROWS.subList(0, 2), MetricsCsv.wholeRows(file), "length=" + length);
            Files.writeString(file, text.substring(0, length) + "\0".repeat(text.length() - length));
            assertEquals(ROWS.subList(0, 2), MetricsCsv.wholeRows(file), "length=" + length);
        }
        Files.writeString(file, text.substring(0, 20));
        assertEquals(List.of(), MetricsCsv.wholeRows(file));
        Files.delete(file);
        assertEquals(List.of(), MetricsCsv.wholeRows(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldGoOnAfterTheEpochsOfACheckpoint(int epochs) throws IOException {
        MetricsCsv csv = MetricsCsv.resume(file, epochs, List.of());
        csv.append(metrics(epochs + 1));
        assertEquals(epochs + 1, MetricsCsv.read(file, epochs + 1).size());
    }

    @Test
    void shouldWriteLostRowsAnewFromACheckpoint() throws IOException {
        Files.delete(file);
        MetricsCsv.resume(file, EPOCHS, ROWS).append(metrics(EPOCHS + 1));
        assertEquals(EPOCHS + 1, MetricsCsv.read(file, EPOCHS + 1).size());
    }

    @Test
    void shouldRefuseToLoseRowsThatNoCheckpointKeeps() throws IOException {
        Files.writeString(file, Files.readString(file).replace("\n3,", "\n3,x"));
        String message = assertThrows(RunException.class, () -> MetricsCsv.resume(file, EPOCHS, List.of()))
                .getMessage();
        assertEquals(file + " has 2 whole rows where the checkpoint has 3 epochs, and the checkpoint, of an earlier "
                + "version, does not keep them: put a copy of the file back, or move " + run + " away to train the "
                + "run anew", message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "2,2.0; 2,x2.0; has the row '2,x2.000000,0.500000,1.000000,0.250000,0.1250,0.000010,1000.5' where "
                    + "numbers are needed and 'x2.000000' is none",
            "2,2.0; 5,2.0; where 8 numbers of epoch 2 are needed", "2,2.0; 2.0; where 8 numbers of epoch 2 are needed",
            "train_loss; loss; begins with 'epoch,loss,", "1000.5; 1000,5; where 8 numbers of epoch 1 are needed"})
    void shouldSayWhatIsWrongInOneSentence(String text, String altered, String expected) throws IOException {
        Files.writeString(file, Files.readString(file).replace(text, altered));
        String message = refusal();
        assertTrue(message.startsWith(file + " ") && message.contains(expected), message);
        assertTrue(message.endsWith(", it was altered or damaged: move " + run + " out of " + run.getParent()
                + " and run the same command again, which trains this run anew"), message);
    }

    @Test
    void shouldSayThatRowsAreMissing() throws IOException {
        Files.writeString(file, Files.readString(file).replace(ROWS.get(2) + "\n", ""));
        assertTrue(refusal().startsWith(file + " has 2 rows where the run has 3 epochs, it was"), refusal());
        Files.writeString(file, Files.readString(file) + "3,2.0");
        assertTrue(refusal().startsWith(file + " ends within the row '3,2.0', it was"), refusal());
    }
}
