package dev.lethe.run.store;

import dev.lethe.io.AtomicFiles;
import dev.lethe.run.RunException;
import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The file {@code metrics.csv} of a run: a row for each epoch, on the disk before the checkpoint that follows.
 * Checkpoints keep the rows too, so that a file that was lost or torn is written anew.
 */
public final class MetricsCsv {
    private static final String HEADER = "epoch,train_loss,train_accuracy,test_loss,test_accuracy,train_seconds,"
            + "tracker_seconds,images_per_second";
    private static final int COLUMNS = 8;

    private final Path file;
    private final List<String> rows;

    private MetricsCsv(Path file, List<String> rows) {
        this.file = file;
        this.rows = new ArrayList<>(rows);
    }

    /** Writes a file without rows, in place of one that was there before. */
    public static MetricsCsv create(Path file) throws IOException {
        return create(file, List.of());
    }

    private static MetricsCsv create(Path file, List<String> rows) throws IOException {
        AtomicFiles.write(file, CsvRows.text(HEADER, rows));
        return new MetricsCsv(file, rows);
    }

    /**
     * Continues after the epochs of a checkpoint. Rows of later epochs, which are trained again, are removed.
     *
     * @param epochs number of epochs of the checkpoint
     * @param kept rows that the checkpoint has; none in those of earlier versions, where the file must have them
     * @throws RunException when a row is lost
     */
    public static MetricsCsv resume(Path file, int epochs, List<String> kept) throws IOException {
        List<String> known = kept.size() == epochs ? kept : wholeRows(file);
        if (known.size() < epochs) {
            throw new RunException(file + " has " + known.size() + " whole rows where the checkpoint has " + epochs
                    + " epochs, and the checkpoint, of an earlier version, does not keep them: put a copy of the file "
                    + "back, or move " + file.getParent() + " away to train the run anew");
        }
        return create(file, known.subList(0, epochs));
    }

    /** Appends an epoch, durably. */
    public void append(EpochMetrics m) throws IOException {
        String row = String.format(Locale.ROOT, "%d,%.6f,%.6f,%.6f,%.6f,%.4f,%.6f,%.1f", m.epoch(), m.trainLoss(),
                m.trainAccuracy(), m.testLoss(), m.testAccuracy(), m.trainSeconds(), m.trackerSeconds(),
                m.imagesPerSecond());
        AtomicFiles.append(file, row + "\n");
        rows.add(row);
    }

    /** Returns the rows so far, for a checkpoint. */
    public List<String> rows() {
        return List.copyOf(rows);
    }

    /** Reads the rows of a file before the first one that is torn or damaged; none where there is no file. */
    public static List<String> wholeRows(Path file) throws IOException {
        List<String> whole = new ArrayList<>();
        if (Files.exists(file)) {
            CsvRows csv = CsvRows.read(file);
            for (String row : csv.header().equals(HEADER) ? csv.whole() : List.<String>of()) {
                if (!isEpoch(row, whole.size() + 1)) {
                    break;
                }
                whole.add(row);
            }
        }
        return whole;
    }

    private static boolean isEpoch(String row, int epoch) {
        try {
            metrics(row, epoch);
            return true;
        } catch (IllegalArgumentException _) { // which says what is wrong, to those who must know
            return false;
        }
    }

    /**
     * Reads the epochs of a finished run.
     *
     * @throws RunException when the file does not have exactly these epochs
     */
    static List<EpochMetrics> read(Path file, int epochs) throws IOException {
        return CsvRows.read(file).parse(HEADER, epochs, MetricsCsv::metrics);
    }

    private static EpochMetrics metrics(String row, int epoch) {
        double[] cells = CsvRows.numbers(row, COLUMNS, epoch);
        return new EpochMetrics(epoch, cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]);
    }
}
