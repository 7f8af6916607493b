package dev.lethe.study;

import dev.lethe.train.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code metrics.csv} of a run: a row an epoch, there as soon as the epoch is committed. */
final class MetricsCsv {
    private static final String HEADER = "epoch,train_loss,train_accuracy,test_loss,test_accuracy,train_seconds,"
            + "tracker_seconds,images_per_second\n";
    private final Path file;

    private MetricsCsv(Path file) {
        this.file = file;
    }

    static MetricsCsv create(Path file) throws IOException {
        Files.writeString(file, HEADER, StandardOpenOption.CREATE_NEW);
        return new MetricsCsv(file);
    }

    /** Goes on with a file from which all but the first epochs are removed. */
    static MetricsCsv resume(Path file, int epochs) throws IOException {
        String kept = Files.readAllLines(file).stream().skip(1).limit(epochs).map(line -> line + "\n")
                .collect(Collectors.joining());
        AtomicFiles.write(file, HEADER + kept);
        return new MetricsCsv(file);
    }

    void append(EpochMetrics m) throws IOException {
        Files.writeString(file,
                String.format(Locale.ROOT, "%d,%.6f,%.6f,%.6f,%.6f,%.4f,%.6f,%.1f%n", m.epoch(), m.trainLoss(),
                        m.trainAccuracy(), m.testLoss(), m.testAccuracy(), m.trainSeconds(), m.trackerSeconds(),
                        m.imagesPerSecond()),
                StandardOpenOption.APPEND);
    }
}
