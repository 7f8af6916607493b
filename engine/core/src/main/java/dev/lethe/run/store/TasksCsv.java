package dev.lethe.run.store;

import dev.lethe.io.AtomicFiles;
import dev.lethe.run.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The file {@code tasks.csv}: accuracies of a network on each of two tasks after each epoch. */
public final class TasksCsv {
    static final String NAME = "tasks.csv";
    private static final String HEADER = "epoch,trained_on,first_accuracy,second_accuracy";
    private static final int COLUMNS = 4;

    private TasksCsv() {}

    /**
     * Accuracies after an epoch.
     *
     * @param epoch number of the epoch, from 1
     * @param trainedOn number of the task of the epoch: 1 or 2
     * @param first accuracy on the examples of the first task
     * @param second accuracy on the examples of the second task
     */
    public record Row(int epoch, int trainedOn, double first, double second) {}

    /** Writes the table into a folder of a run, whole or not at all. */
    public static void write(Path folder, List<Row> rows) throws IOException {
        AtomicFiles.write(folder.resolve(NAME), CsvRows.text(HEADER, rows.stream().map(row -> String.format(Locale.ROOT,
                "%d,%d,%.6f,%.6f", row.epoch(), row.trainedOn(), row.first(), row.second())).toList()));
    }

    /**
     * Reads the epochs of a run, all of them.
     *
     * @throws RunException when the file is not what the run left
     */
    public static List<Row> read(FinishedRun run) throws IOException {
        return CsvRows.read(run.file(NAME)).parse(HEADER, run.spec().epochs(), TasksCsv::row);
    }

    private static Row row(String text, int epoch) {
        double[] cells = CsvRows.numbers(text, COLUMNS, epoch);
        if (cells[1] != 1 && cells[1] != 2) {
            throw new IllegalArgumentException("the task that was trained on must be 1 or 2");
        }
        return new Row(epoch, (int) cells[1], cells[2], cells[3]);
    }
}
