package dev.lethe.study.run;

import dev.lethe.io.AtomicFiles;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code metrics.csv} of a run: a row an epoch, there as soon as the epoch is committed. */
final class MetricsCsv {
    private static final String HEADER = "epoch,train_loss,train_accuracy,test_loss,test_accuracy,train_seconds,"
            + "tracker_seconds,images_per_second\n";
    private static final int COLUMNS = 8;
    private final Path file;

    private MetricsCsv(Path file) {
        this.file = file;
    }

    /** A new file, or the one that is there, from which all but the first epochs are removed. */
    static MetricsCsv open(Path file, int epochs) throws IOException {
        if (Files.exists(file)) {
            String kept = Files.readAllLines(file).stream().skip(1).limit(epochs).map(line -> line + "\n")
                    .collect(Collectors.joining());
            AtomicFiles.write(file, HEADER + kept);
        } else {
            Files.writeString(file, HEADER, StandardOpenOption.CREATE_NEW);
        }
        return new MetricsCsv(file);
    }

    void append(EpochMetrics m) throws IOException {
        Files.writeString(file,
                String.format(Locale.ROOT, "%d,%.6f,%.6f,%.6f,%.6f,%.4f,%.6f,%.1f%n", m.epoch(), m.trainLoss(),
                        m.trainAccuracy(), m.testLoss(), m.testAccuracy(), m.trainSeconds(), m.trackerSeconds(),
                        m.imagesPerSecond()),
                StandardOpenOption.APPEND);
    }

    /** How many epochs a file has, 0 where there is none. */
    static int epochsIn(Path file) throws IOException {
        return Files.exists(file) ? read(file).size() : 0;
    }

    /** The epochs of a file. */
    static List<EpochMetrics> read(Path file) throws IOException {
        return Files.readAllLines(file).stream().skip(1).map(line -> metrics(file, line)).toList();
    }

    private static EpochMetrics metrics(Path file, String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != COLUMNS) {
            throw new StudyException(file + " has the row '" + line + "' where " + COLUMNS + " numbers are needed: it "
                    + "was altered; delete the run's folder to train it again");
        }
        return new EpochMetrics(Integer.parseInt(cells[0]), number(cells, 1), number(cells, 2), number(cells, 3),
                number(cells, 4), number(cells, 5), number(cells, 6), number(cells, 7));
    }

    private static double number(String[] cells, int column) {
        return Double.parseDouble(cells[column]);
    }
}
