package dev.lethe.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Curves in groups of one colour each: a group is a measure, its curves are the runs. */
public final class CurveFigure {
    private static final int HEIGHT = 300;
    /** Largest number of points at which a curve shows each of them. */
    private static final int MOST_DOTS = 20;
    /** Free space around the data, as a share of their range. */
    private static final double MARGIN = 0.05;
    /** Least free space, in percentage points, where the data span nothing. */
    private static final double LEAST_MARGIN = 0.01;

    /** Scale of the vertical axis. */
    public enum Scale {
        /** Shares, shown in percent and only over their own range. */
        PERCENT,
        /** Values from 0 on. */
        FROM_ZERO
    }

    private record Group(String name, Ink ink, List<double[]> curves) {}

    private final String xLabel;
    private final String yLabel;
    private final Scale scale;
    private final int start;
    private final List<Group> groups = new ArrayList<>();

    /**
     * Makes a figure without curves.
     *
     * @param xLabel label of the horizontal axis
     * @param start first value on the horizontal axis; curves have one point at every whole number from there
     * @param yLabel label of the vertical axis
     * @param scale scale of the vertical axis
     */
    public CurveFigure(String xLabel, int start, String yLabel, Scale scale) {
        this.xLabel = xLabel;
        this.start = start;
        this.yLabel = yLabel;
        this.scale = scale;
    }

    /** Adds the curves of one measure; a value that is not finite leaves a gap. */
    public CurveFigure add(String name, Ink ink, List<double[]> curves) {
        groups.add(new Group(name, ink, curves));
        return this;
    }

    /**
     * Draws the curves.
     *
     * @param id name of the figure's files and its anchor in a report
     * @param caption text under the figure
     * @param description text for people who cannot see the figure
     */
    public Figure figure(String id, String caption, String description) {
        XYSeriesCollection dataset = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, points() <= MOST_DOTS);
        renderer.setDrawSeriesLineAsPath(true);
        for (Group group : groups) {
            for (int run = 0; run < group.curves().size(); run++) {
                int series = dataset.getSeriesCount();
                dataset.addSeries(series(group, run));
                renderer.setSeriesPaint(series, group.ink().color());
                renderer.setSeriesStroke(series, FigureStyle.LINE);
                renderer.setSeriesShape(series, FigureStyle.DOT);
                renderer.setSeriesVisibleInLegend(series, run == 0);
            }
        }
        double end = start + points() - 1.0;
        double margin = Math.max(0.3, MARGIN / 2 * (end - start));
        XYPlot plot = FigureStyle.plot(FigureStyle.wholeNumberAxis(xLabel, start - margin, end + margin), yAxis());
        plot.setDataset(dataset);
        plot.setRenderer(renderer);
        return new Figure(id, caption, description, FigureStyle.chart(plot), FigureStyle.HALF_WIDTH, HEIGHT,
                List.of("series", "run", xLabel, yLabel), rows());
    }

    private List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (Group group : groups) {
            for (int run = 0; run < group.curves().size(); run++) {
                double[] curve = group.curves().get(run);
                for (int i = 0; i < curve.length; i++) {
                    rows.add(List.of(group.name(), String.valueOf(run + 1), String.valueOf(start + i),
                            Figure.number(curve[i])));
                }
            }
        }
        return rows;
    }

    private XYSeries series(Group group, int run) {
        XYSeries series = new XYSeries(group.name() + (run == 0 ? "" : " " + run));
        double[] curve = group.curves().get(run);
        for (int i = 0; i < curve.length; i++) {
            series.add(start + i, Double.isFinite(curve[i]) ? unit() * curve[i] : Double.NaN);
        }
        return series;
    }

    private ValueAxis yAxis() {
        double low = values().min().orElse(0);
        double high = values().max().orElse(1);
        if (scale == Scale.FROM_ZERO) {
            return FigureStyle.numberAxis(yLabel, 0, (1 + MARGIN) * Math.max(high, Float.MIN_NORMAL));
        }
        // near 100 % shares differ little: from 0 on, the curves would all look the same
        double margin = Math.max(MARGIN * (high - low), LEAST_MARGIN);
        return FigureStyle.numberAxis(yLabel + " (%)", low - margin, high + margin);
    }

    private double unit() {
        return scale == Scale.PERCENT ? 100 : 1;
    }

    private int points() {
        return groups.stream().flatMap(group -> group.curves().stream()).mapToInt(curve -> curve.length).max()
                .orElse(1);
    }

    private DoubleStream values() {
        return groups.stream().flatMap(group -> group.curves().stream()).flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite).map(value -> unit() * value);
    }
}
