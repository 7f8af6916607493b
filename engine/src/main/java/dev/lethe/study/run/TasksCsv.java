package dev.lethe.study.run;

import dev.lethe.io.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** {@code tasks.csv}: how a network did on each of two tasks after each epoch. */
public final class TasksCsv {
    static final String NAME = "tasks.csv";
    private static final String HEADER = "epoch,trained_on,first_accuracy,second_accuracy";

    private TasksCsv() {}

    /**
     * An epoch.
     *
     * @param epoch from 1
     * @param trainedOn 1 for the first task, 2 for the second
     * @param first accuracy on the examples of the first task
     * @param second accuracy on those of the second
     */
    public record Row(int epoch, int trainedOn, double first, double second) {}

    static void write(Path folder, List<Row> rows) throws IOException {
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (Row row : rows) {
            csv.append(String.format(Locale.ROOT, "%d,%d,%.6f,%.6f%n", row.epoch(), row.trainedOn(), row.first(),
                    row.second()));
        }
        AtomicFiles.write(folder.resolve(NAME), csv);
    }

    /** The epochs of a run. */
    public static List<Row> read(FinishedRun run) throws IOException {
        return Files.readAllLines(run.folder().resolve(NAME)).stream().skip(1).map(line -> line.split(","))
                .map(cells -> new Row(Integer.parseInt(cells[0]), Integer.parseInt(cells[1]),
                        Double.parseDouble(cells[2]), Double.parseDouble(cells[3])))
                .toList();
    }
}
