package dev.lethe.report;

import java.awt.BasicStroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/** Points and lines against two axes, in the order in which they are added. */
public final class XyFigure {
    private static final int HALF_HEIGHT = 300;
    private static final int WHOLE_HEIGHT = 380;
    /** Free space around the data, as a share of their range. */
    private static final double MARGIN = 0.05;
    /** Largest number of points at which a line shows each of them. */
    private static final int MOST_DOTS = 25;
    private static final double CAP = 4;
    private static final double BELOW_EVERYTHING = 1e-12;

    private enum Style {
        LINE, DASHED, DOTS, BAND
    }

    private record Series(String name, Ink ink, Style style, double[] x, double[] y, double[] low, double[] high) {}

    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();

    private XyFigure(Axis x, Axis y) {
        this.x = x;
        this.y = y;
    }

    /** Makes a figure without series. */
    public static XyFigure of(Axis x, Axis y) {
        return new XyFigure(x, y);
    }

    /** Adds a line; a value that is not finite leaves a gap. */
    public XyFigure line(String name, Ink ink, double[] xs, double[] ys) {
        return add(name, ink, Style.LINE, xs, ys, ys, ys);
    }

    /** Adds a dashed line, to compare with. */
    public XyFigure dashed(String name, Ink ink, double[] xs, double[] ys) {
        return add(name, ink, Style.DASHED, xs, ys, ys, ys);
    }

    /** Adds a line with a whisker at each point. */
    public XyFigure line(String name, Ink ink, double[] xs, double[] ys, double[] low, double[] high) {
        return add(name, ink, Style.LINE, xs, ys, low, high);
    }

    /** Adds a line in a band. */
    public XyFigure band(String name, Ink ink, double[] xs, double[] ys, double[] low, double[] high) {
        return add(name, ink, Style.BAND, xs, ys, low, high);
    }

    /** Adds points that no line joins. */
    public XyFigure points(String name, Ink ink, double[] xs, double[] ys) {
        return add(name, ink, Style.DOTS, xs, ys, ys, ys);
    }

    private XyFigure add(String name, Ink ink, Style style, double[] xs, double[] ys, double[] low, double[] high) {
        if (xs.length != ys.length || low.length != ys.length || high.length != ys.length) {
            throw new IllegalArgumentException("series " + name + " has x=" + xs.length + ", y=" + ys.length + ", low="
                    + low.length + ", high=" + high.length + ": they must be as many");
        }
        series.add(new Series(name, ink, style, xs, ys, low, high));
        return this;
    }

    /** Draws the figure half as wide as a page. */
    public Figure half(String id, String caption, String description) {
        return figure(id, caption, description, FigureStyle.HALF_WIDTH, HALF_HEIGHT);
    }

    /** Draws the figure as wide as a page. */
    public Figure whole(String id, String caption, String description) {
        return figure(id, caption, description, FigureStyle.WHOLE_WIDTH, WHOLE_HEIGHT);
    }

    private Figure figure(String id, String caption, String description, int width, int height) {
        XYPlot plot = FigureStyle.plot(axis(x, series.stream().map(Series::x).toList()),
                axis(y, series.stream().flatMap(s -> List.of(s.y(), s.low(), s.high()).stream()).toList()));
        int layer = 0;
        for (Series one : series) { // each a layer of its own, so that renderers may differ
            plot.setDataset(layer, dataset(one));
            plot.setRenderer(layer, one.style() == Style.BAND ? band(one) : line(one));
            layer++;
        }
        List<List<String>> rows = new ArrayList<>();
        boolean spread = series.stream().anyMatch(s -> s.low() != s.y());
        for (Series one : series) {
            for (int i = 0; i < one.x().length; i++) {
                List<String> row = new ArrayList<>(
                        List.of(one.name(), Figure.number(one.x()[i]), Figure.number(one.y()[i])));
                if (spread) {
                    row.add(Figure.number(one.low()[i]));
                    row.add(Figure.number(one.high()[i]));
                }
                rows.add(row);
            }
        }
        return new Figure(id, caption, description, FigureStyle.chart(plot), width, height,
                spread ? List.of("series", "x", "y", "low", "high") : List.of("series", "x", "y"), rows);
    }

    private static ValueAxis axis(Axis axis, List<double[]> values) {
        DoubleStream finite = values.stream().flatMapToDouble(Arrays::stream)
                .filter(value -> Double.isFinite(value) && (axis.scale() != Axis.Scale.LOG || value > 0));
        var range = finite.summaryStatistics();
        boolean empty = range.getCount() == 0;
        double lowest = empty ? 0 : range.getMin();
        double highest = empty ? 1 : range.getMax();
        if (axis.scale() == Axis.Scale.LOG) {
            return FigureStyle.logAxis(axis.label(), axis.low().orElse(lowest / 1.5),
                    axis.high().orElse(highest * 1.5));
        }
        double margin = MARGIN * (highest > lowest ? highest - lowest : Math.max(Math.abs(highest), 1));
        double low = axis.unit() * axis.low().orElse(lowest - margin);
        double high = axis.unit() * axis.high().orElse(highest + margin);
        return switch (axis.scale()) {
            case WHOLE -> FigureStyle.wholeNumberAxis(axis.label(), low, high);
            case PERCENT -> FigureStyle.numberAxis(axis.label() + " (%)", low, high);
            case LINEAR, LOG -> FigureStyle.numberAxis(axis.label(), low, high);
        };
    }

    private XYIntervalSeriesCollection dataset(Series one) {
        XYIntervalSeries points = new XYIntervalSeries(one.name(), false, true);
        for (int i = 0; i < one.x().length; i++) {
            double px = x.unit() * one.x()[i];
            points.add(px, px, px, shown(one.y()[i]), shown(one.low()[i]), shown(one.high()[i]));
        }
        XYIntervalSeriesCollection dataset = new XYIntervalSeriesCollection();
        dataset.addSeries(points);
        return dataset;
    }

    /** Returns the value to draw: on a logarithmic axis, 0 stands far below its end, where it is clipped. */
    private double shown(double value) {
        if (y.scale() == Axis.Scale.LOG && value <= 0) {
            return BELOW_EVERYTHING;
        }
        return Double.isFinite(value) ? y.unit() * value : Double.NaN;
    }

    private static XYErrorRenderer line(Series one) {
        XYErrorRenderer renderer = new XYErrorRenderer();
        renderer.setDrawXError(false);
        renderer.setDrawYError(one.low() != one.y());
        renderer.setErrorStroke(FigureStyle.HAIRLINE);
        renderer.setErrorPaint(one.ink().color());
        renderer.setCapLength(CAP);
        renderer.setDefaultLinesVisible(one.style() != Style.DOTS);
        renderer.setDefaultShapesVisible(one.style() == Style.DOTS
                || one.style() == Style.LINE && one.x().length <= MOST_DOTS);
        renderer.setSeriesPaint(0, one.ink().color());
        renderer.setSeriesStroke(0, one.style() == Style.DASHED ? FigureStyle.DASHES : FigureStyle.LINE);
        renderer.setSeriesShape(0, FigureStyle.DOT);
        return renderer;
    }

    private static DeviationRenderer band(Series one) {
        DeviationRenderer renderer = new DeviationRenderer(true, false);
        renderer.setAlpha(0.2f);
        renderer.setSeriesPaint(0, one.ink().color());
        renderer.setSeriesFillPaint(0, one.ink().color());
        renderer.setSeriesStroke(0, new BasicStroke(1.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return renderer;
    }
}
