package dev.lethe.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.plane.PlaneEvent;
import dev.lethe.tracker.plane.PlaneKernelChoice;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.ChartUtils;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * A measurement of the tracker's cost per example, from ten thousand examples to a hundred million. It is no JMH
 * benchmark, since the largest size needs minutes, 2.2 GB of memory and 4.1 GB of disk. All sizes are measured in
 * ascending order in one JVM; times are the best of three epochs or more. Memory is measured only for sizes that take
 * enough of it.
 *
 * <p>Usage: {@code java (flags) -cp bench/target/bench.jar dev.lethe.bench.TrackerGrowth FOLDER}: writes
 * {@code growth.csv} and {@code growth.png} there. Needs Linux.
 */
public final class TrackerGrowth {
    private static final int[] SIZES = {10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final int EPOCHS = 6; // three in consecutive order, three scattered
    /** The least number of presentations that is long enough to time: shorter histories are made several times. */
    private static final int PRESENTATIONS = 10_000_000;
    /** The least number of examples whose memory exceeds the changes of the JVM's own memory. */
    private static final int WEIGHABLE = 10_000_000;
    private static final int WINDOW = 1 << 20; // presentations that are prepared at a time
    private static final int BATCH = 64;
    /** The factor that scatters ids: prime to every size. */
    private static final long SCATTER = 1_000_000_007L;

    /** Colours that colour-blind people can tell apart (Okabe and Ito). */
    private static final Color[] COLORS = {new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73),
            new Color(0xCC79A7), new Color(0x404040)};

    private TrackerGrowth() {}

    /** Costs of one example, in nanoseconds and bytes. */
    record Cost(int examples, double consecutive, double scattered, double commit, double scan, double bytes) {
        Cost best(Cost other) {
            return new Cost(examples, Math.min(consecutive, other.consecutive), Math.min(scattered, other.scattered),
                    Math.min(commit, other.commit), Math.min(scan, other.scan), bytes);
        }
    }

    /** Measures, prints a line for each size and writes both files. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        measure(SIZES[0], folder); // for the JIT
        measure(SIZES[2], folder);
        List<Cost> costs = new ArrayList<>();
        for (int examples : SIZES) {
            costs.add(measure(examples, folder));
            System.out.println(costs.getLast());
        }
        StringBuilder csv = new StringBuilder(
                "examples,record_consecutive_ns,record_scattered_ns,commit_ns,scan_6_epochs_ns,bytes\n");
        costs.forEach(c -> csv.append(String.format(Locale.ROOT, "%d,%.2f,%.2f,%.2f,%.4f,%s%n", c.examples,
                c.consecutive, c.scattered, c.commit, c.scan,
                Double.isNaN(c.bytes) ? "" : String.format(Locale.ROOT, "%.2f", c.bytes))));
        Files.writeString(folder.resolve("growth.csv"), csv);
        ChartUtils.saveChartAsPNG(folder.resolve("growth.png").toFile(), chart(costs), 900, 520);
    }

    static Cost measure(int examples, Path folder) throws IOException {
        Cost best = measureOnce(examples, folder);
        for (int done = examples; done < PRESENTATIONS; done += examples) {
            best = best.best(measureOnce(examples, folder));
        }
        return best;
    }

    private static Cost measureOnce(int examples, Path folder) throws IOException {
        Path file = folder.resolve("growth.lethe");
        long before = anonymousBytes();
        try (Arena arena = Arena.ofConfined();
                ForgettingTracker tracker = ForgettingTracker.create(file, TrackerSpec.of(examples, EPOCHS))) {
            PresentationColumns columns = columns(arena);
            double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                int order = epoch * 2 / EPOCHS;
                best[order] = Math.min(best[order], record(tracker, columns, examples, order == 1));
                long start = System.nanoTime();
                tracker.commitEpoch();
                best[2] = Math.min(best[2], System.nanoTime() - start);
            }
            long bytes = anonymousBytes() - before - 6L * WINDOW * Float.BYTES;
            return new Cost(examples, best[0] / examples, best[1] / examples, best[2] / examples,
                    scan(tracker) / examples, examples < WEIGHABLE ? Double.NaN : (double) bytes / examples);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder.resolve("growth.lethe.lock"));
        }
    }

    private static PresentationColumns columns(Arena arena) {
        PresentationColumns columns = new PresentationColumns(arena.allocate(4L * WINDOW, 64),
                arena.allocate(4L * WINDOW, 64), arena.allocate(4L * WINDOW, 64), arena.allocate(4L * WINDOW, 64),
                arena.allocate(4L * WINDOW, 64), arena.allocate(4L * WINDOW, 64));
        for (int i = 0; i < WINDOW; i++) {
            columns.correct().setAtIndex(JAVA_INT, i, i % 7 == 0 ? 0 : 1);
            columns.margins().setAtIndex(JAVA_FLOAT, i, i % 11);
        }
        return columns;
    }

    /** Runs an epoch and returns the time of recording alone. */
    private static long record(ForgettingTracker tracker, PresentationColumns columns, int examples,
            boolean scattered) {
        long nanos = 0;
        for (long done = 0; done < examples; done += WINDOW) {
            int count = (int) Math.min(WINDOW, examples - done);
            for (int i = 0; i < count; i++) {
                columns.ids().setAtIndex(JAVA_INT, i, (int) (scattered ? (done + i) * SCATTER % examples : done + i));
            }
            long start = System.nanoTime();
            for (int first = 0; first < count; first += BATCH) {
                tracker.record(columns, first, Math.min(BATCH, count - first));
            }
            nanos += System.nanoTime() - start;
        }
        return nanos;
    }

    private static double scan(ForgettingTracker tracker) throws IOException {
        double best = Double.MAX_VALUE;
        try (History history = tracker.history()) {
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                PlaneKernelChoice.vector().count(history.planes(EPOCHS), PlaneEvent.FORGOTTEN);
                best = Math.min(best, System.nanoTime() - start);
            }
        }
        return best;
    }

    /** Returns the anonymous memory of this process without that of the heap, which is touched from the start. */
    private static long anonymousBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("RssAnon"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }

    private static JFreeChart chart(List<Cost> costs) {
        XYSeriesCollection series = new XYSeriesCollection();
        series.addSeries(series("record, consecutive ids (ns)", costs, Cost::consecutive));
        series.addSeries(series("record, scattered ids (ns)", costs, Cost::scattered));
        series.addSeries(series("commit (ns)", costs, Cost::commit));
        series.addSeries(series("scan of " + EPOCHS + " epochs (ns)", costs, Cost::scan));
        series.addSeries(series("memory while recording (bytes)", costs, Cost::bytes));
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
        for (int i = 0; i < COLORS.length; i++) {
            renderer.setSeriesPaint(i, COLORS[i]);
            renderer.setSeriesStroke(i, new BasicStroke(2));
        }
        XYPlot plot = new XYPlot(series, axis("examples", "#,##0"), axis("an example", "#,##0.##"), renderer);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setDomainGridlinesVisible(false);
        JFreeChart chart = new JFreeChart(plot);
        chart.setBackgroundPaint(Color.WHITE);
        chart.getLegend().setFrame(BlockBorder.NONE);
        chart.setAntiAlias(true);
        return chart;
    }

    private static LogarithmicAxis axis(String label, String format) {
        LogarithmicAxis axis = new LogarithmicAxis(label);
        axis.setStrictValuesFlag(false);
        axis.setNumberFormatOverride(new DecimalFormat(format, DecimalFormatSymbols.getInstance(Locale.ROOT)));
        return axis;
    }

    private static XYSeries series(String name, List<Cost> costs, ToDoubleFunction<Cost> value) {
        XYSeries series = new XYSeries(name);
        costs.stream().filter(cost -> Double.isFinite(value.applyAsDouble(cost)))
                .forEach(cost -> series.add(cost.examples, value.applyAsDouble(cost)));
        return series;
    }
}
