package dev.lethe.study.forgetting;

import dev.lethe.report.Figure;
import dev.lethe.report.FigureStyle;
import dev.lethe.report.Ink;
import dev.lethe.report.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * Histogram of examples by their forgetting events in a single run: figure 1 of Toneva et al. 2019, with never-learned
 * examples in a bar of their own. A bar is the mean over the runs, its whisker goes from the smallest to the largest
 * run.
 */
final class ForgettingHistogram {
    private static final int HEIGHT = 340;
    /** Number of events from which on examples share a bar. */
    private static final int MOST_EVENTS = 100;
    /** Largest number of bars with room for the share of each above it. */
    private static final int MOST_BARS_WITH_SHARES = 16;
    /** Largest number of bars with room for the number of events below each. */
    private static final int MOST_BARS_WITH_EVENTS = 40;
    /** Ratio of the largest bar to the smallest from which on a linear axis would not show the small ones. */
    private static final double LINEAR_RATIO = 50;
    /** Distance from the top of a whisker to the text above it, as a share of the axis. */
    private static final double SHARE_LIFT = 0.012;

    private enum Kind {
        UNFORGETTABLE("learned and never forgotten", Ink.GREEN),
        FORGOTTEN("forgotten", Ink.BLUE),
        NEVER_LEARNED("never learned", Ink.VERMILLION);

        private final String text;
        private final Ink ink;

        Kind(String text, Ink ink) {
            this.text = text;
            this.ink = ink;
        }
    }

    private record Bar(Kind kind, int position, EventDistribution.Spread examples) {}

    private final EventDistribution distribution;
    private final List<Bar> bars = new ArrayList<>();
    private final double smallest;
    private final double largest;

    /** Makes the bars of a distribution. */
    public ForgettingHistogram(EventDistribution distribution) {
        this.distribution = distribution;
        int last = Math.min(distribution.mostEvents(), MOST_EVENTS);
        bars.add(new Bar(Kind.UNFORGETTABLE, 0, distribution.withEvents(0)));
        for (int events = 1; events <= last; events++) {
            bars.add(new Bar(Kind.FORGOTTEN, events,
                    events < MOST_EVENTS ? distribution.withEvents(events) : distribution.withEventsFrom(events)));
        }
        // apart from the counts, as it is none of them
        int gap = Math.max(2, Math.ceilDiv(last, 12));
        bars.add(new Bar(Kind.NEVER_LEARNED, last + gap, distribution.neverLearned()));
        smallest = bars.stream().mapToDouble(bar -> bar.examples().mean()).filter(mean -> mean > 0).min().orElseThrow();
        largest = bars.stream().mapToDouble(bar -> bar.examples().most()).max().orElseThrow();
    }

    /** Says how the figure is to be read. */
    public String caption() {
        String runs = distribution.runs() == 1
                ? "Training images by the number of times they were forgotten."
                : "Training images by the number of times they were forgotten in a run. Bars are means over "
                        + distribution.runs() + " runs, whiskers go from the smallest to the largest run.";
        return runs + (logarithmic() ? " The vertical axis is logarithmic, so that the rare ones can be seen." : "")
                + (withShares() ? " Above each bar stands its share of the training set." : "");
    }

    /** Draws the histogram. */
    public Figure figure() {
        XYPlot plot = FigureStyle.plot(positions(), counts());
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        plot.setDataset(0, dataset());
        plot.setRenderer(0, barRenderer(plot.getRangeAxis().getLowerBound()));
        if (distribution.runs() > 1) {
            plot.setDataset(1, dataset());
            plot.setRenderer(1, whiskerRenderer());
        }
        if (withShares()) {
            bars.forEach(bar -> plot.addAnnotation(shareAbove(bar, plot.getRangeAxis())));
        }
        return new Figure("forgetting-histogram", caption() + " Images that were never learned have no count; they "
                + "have a bar of their own.",
                "Bar chart: training images by number of forgetting events, and those never learned",
                FigureStyle.chart(plot), FigureStyle.WHOLE_WIDTH, HEIGHT,
                List.of("forgetting_events", "images_mean", "images_least", "images_most"),
                bars.stream().map(ForgettingHistogram::row).toList());
    }

    private static List<String> row(Bar bar) {
        return List.of(bar.kind() == Kind.NEVER_LEARNED ? Kind.NEVER_LEARNED.text : String.valueOf(bar.position()),
                Figure.number(bar.examples().mean()), String.valueOf(bar.examples().least()),
                String.valueOf(bar.examples().most()));
    }

    private boolean withShares() {
        return bars.size() <= MOST_BARS_WITH_SHARES;
    }

    private boolean logarithmic() {
        return largest > LINEAR_RATIO * smallest;
    }

    private ValueAxis positions() {
        int step = IntStream.of(1, 2, 5).filter(s -> bars.size() <= s * MOST_BARS_WITH_EVENTS).findFirst()
                .orElseThrow();
        Map<Integer, String> names = new TreeMap<>();
        for (Bar bar : bars) {
            if (bar.kind() == Kind.NEVER_LEARNED) {
                names.put(bar.position(), Kind.NEVER_LEARNED.text);
            } else if (bar.position() % step == 0) {
                names.put(bar.position(), bar.position() + (bar.position() == MOST_EVENTS ? "+" : ""));
            }
        }
        int end = bars.getLast().position();
        return FigureStyle.namedAxis("forgetting events in a run", names, -0.7, end + Math.max(0.7, end * 0.05));
    }

    private ValueAxis counts() {
        String label = distribution.runs() > 1 ? "training images (mean of the runs)" : "training images";
        return logarithmic()
                ? FigureStyle.logAxis(label, Math.min(0.5, smallest / 2), largest * 3)
                : FigureStyle.wholeNumberAxis(label, 0, largest * 1.12);
    }

    /** Makes one series for each kind, so that each has its colour and its entry in the legend. */
    private XYIntervalSeriesCollection dataset() {
        XYIntervalSeriesCollection dataset = new XYIntervalSeriesCollection();
        for (Kind kind : Kind.values()) {
            XYIntervalSeries series = new XYIntervalSeries(kind.text);
            bars.stream().filter(bar -> bar.kind() == kind && bar.examples().mean() > 0)
                    .forEach(bar -> add(bar, series));
            dataset.addSeries(series);
        }
        return dataset;
    }

    private void add(Bar bar, XYIntervalSeries series) {
        // 0 is nowhere on a logarithmic axis: a whisker down to it ends below the foot, where it is clipped
        double least = Math.max(bar.examples().least(), smallest / 10);
        series.add(bar.position(), bar.position() - 0.4, bar.position() + 0.4, bar.examples().mean(), least,
                bar.examples().most());
    }

    private static XYBarRenderer barRenderer(double foot) {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setBase(foot);
        for (Kind kind : Kind.values()) {
            renderer.setSeriesPaint(kind.ordinal(), kind.ink.color());
        }
        return renderer;
    }

    private static XYErrorRenderer whiskerRenderer() {
        XYErrorRenderer renderer = new XYErrorRenderer();
        renderer.setDrawXError(false);
        renderer.setDefaultShapesVisible(false);
        renderer.setDefaultSeriesVisibleInLegend(false);
        renderer.setErrorPaint(Ink.TEXT.color());
        renderer.setErrorStroke(FigureStyle.HAIRLINE);
        renderer.setCapLength(4);
        return renderer;
    }

    private XYTextAnnotation shareAbove(Bar bar, ValueAxis counts) {
        double low = counts.getLowerBound();
        double high = counts.getUpperBound();
        double top = Math.max(bar.examples().most(), low);
        double lifted = logarithmic() ? top * Math.pow(high / low, SHARE_LIFT) : top + (high - low) * SHARE_LIFT;
        XYTextAnnotation text = new XYTextAnnotation(
                Text.percent(bar.examples().mean() / distribution.examples()), bar.position(), lifted);
        text.setTextAnchor(TextAnchor.BOTTOM_CENTER);
        text.setFont(FigureStyle.SMALL_TEXT);
        text.setPaint(Ink.TEXT.color());
        return text;
    }
}
