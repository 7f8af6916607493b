package dev.lethe.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * Histogram of the forgetting events of several groups of examples: each group as shares of itself, with the bars of
 * the groups side by side. Never-learned examples have no count and stand in a bar of their own.
 */
public final class GroupHistogram {
    private static final int HEIGHT = 340;
    private static final int MOST_EVENTS = 60;
    private static final int MOST_BARS_WITH_EVENTS = 40;
    private static final double WIDTH_OF_ALL = 0.86;
    /** Ratio of the largest bar to the smallest from which on a linear axis would not show the small ones. */
    private static final double LINEAR_RATIO = 50;
    /** Smallest share that decides the kind and the low end of the axis. */
    private static final double LEAST_SHARE = 1e-5;

    private record Group(String name, Ink ink, double[] shares, double neverLearned) {
        double share(int events) {
            return events < shares.length ? shares[events] : 0;
        }

        double from(int events) {
            return Arrays.stream(shares).skip(events).sum();
        }
    }

    private final List<Group> groups = new ArrayList<>();

    /**
     * Adds a group.
     *
     * @param name name in the legend
     * @param ink colour of its bars
     * @param shares element n: share of the group that was learned and then forgotten n times
     * @param neverLearned share of the group that was never learned
     */
    public GroupHistogram add(String name, Ink ink, double[] shares, double neverLearned) {
        groups.add(new Group(name, ink, shares.clone(), neverLearned));
        return this;
    }

    /** Draws the figure as wide as a page. */
    public Figure whole(String id, String caption, String description) {
        int last = Math.min(MOST_EVENTS, groups.stream().mapToInt(group -> group.shares().length - 1).max().orElse(0));
        int apart = last + Math.max(2, Math.ceilDiv(last, 12));
        List<List<String>> rows = new ArrayList<>();
        double largest = 0;
        double smallest = 1;
        XYIntervalSeriesCollection dataset = new XYIntervalSeriesCollection();
        double width = WIDTH_OF_ALL / groups.size();
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            XYIntervalSeries series = new XYIntervalSeries(group.name());
            for (int position = 0; position <= last + 1; position++) {
                boolean never = position > last;
                double share = never
                        ? group.neverLearned()
                        : position == MOST_EVENTS ? group.from(position) : group.share(position);
                rows.add(List.of(group.name(), never ? "never learned" : String.valueOf(position),
                        Figure.number(share)));
                if (share > 0) {
                    double left = (never ? apart : position) - WIDTH_OF_ALL / 2 + g * width;
                    series.add(left + width / 2, left, left + width, 100 * share, 100 * share, 100 * share);
                    largest = Math.max(largest, share);
                    smallest = Math.min(smallest, Math.max(share, LEAST_SHARE));
                }
            }
            dataset.addSeries(series);
        }
        boolean logarithmic = largest > LINEAR_RATIO * smallest;
        String label = "share of the group (%)";
        ValueAxis shares = logarithmic
                ? FigureStyle.logAxis(label, 50 * smallest, 150 * largest)
                : FigureStyle.numberAxis(label, 0, 105 * largest);
        XYPlot plot = FigureStyle.plot(positions(last, apart), shares);
        plot.setDataset(dataset);
        plot.setRenderer(renderer(shares.getLowerBound()));
        return new Figure(id,
                caption + (logarithmic ? " The vertical axis is logarithmic, so that the rare ones can be seen." : ""),
                description, FigureStyle.chart(plot), FigureStyle.WHOLE_WIDTH, HEIGHT,
                List.of("group", "forgetting_events", "share"), rows);
    }

    private static ValueAxis positions(int last, int apart) {
        int step = IntStream.of(1, 2, 5).filter(s -> last <= s * MOST_BARS_WITH_EVENTS).findFirst().orElse(10);
        Map<Integer, String> names = new TreeMap<>();
        for (int events = 0; events <= last; events += step) {
            names.put(events, events + (events == MOST_EVENTS ? "+" : ""));
        }
        names.put(apart, "never learned");
        return FigureStyle.namedAxis("forgetting events in a run", names, -0.7, apart + Math.max(0.7, apart * 0.05));
    }

    private XYBarRenderer renderer(double foot) {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setBase(foot);
        for (int g = 0; g < groups.size(); g++) {
            renderer.setSeriesPaint(g, groups.get(g).ink().color());
        }
        return renderer;
    }
}
