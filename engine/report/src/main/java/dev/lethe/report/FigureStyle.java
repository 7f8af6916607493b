package dev.lethe.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickUnits;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;

/**
 * Style of every figure: transparent ground, thin horizontal grid, no frame, text that stays text. The unit of all
 * lengths is the CSS pixel of a figure shown at its natural size.
 */
public final class FigureStyle {
    /** Width of a figure over the whole page. */
    public static final int WHOLE_WIDTH = 940;
    static final int HALF_WIDTH = 460;
    static final Stroke LINE = new BasicStroke(1.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    static final Stroke DASHES = new BasicStroke(1.4f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1,
            new float[]{4, 3}, 0);
    /** Thinnest line. */
    public static final Stroke HAIRLINE = new BasicStroke(1);
    static final Shape DOT = new Ellipse2D.Double(-2.2, -2.2, 4.4, 4.4);

    /** Font of remarks within a figure. */
    public static final Font SMALL_TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    /** Largest exponent of the distance of ticks, which is from 1e-9 to 5e9. */
    private static final int TICK_EXPONENT = 9;

    private FigureStyle() {}

    /** Makes a plot without data. */
    public static XYPlot plot(ValueAxis x, ValueAxis y) {
        XYPlot plot = new XYPlot(null, x, y, null);
        plot.setBackgroundPaint(null);
        plot.setOutlineVisible(false);
        plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(Ink.GRID.color());
        plot.setRangeGridlineStroke(HAIRLINE);
        plot.setRangeZeroBaselineVisible(false);
        return plot;
    }

    /** Makes an axis over {@code [low, high]} that has ticks only at whole numbers. */
    public static ValueAxis wholeNumberAxis(String label, double low, double high) {
        NumberAxis axis = new NumberAxis(label);
        axis.setStandardTickUnits(ticks(0));
        axis.setRange(low, high);
        return styled(axis);
    }

    /** Makes an axis over {@code [low, high]}. */
    static ValueAxis numberAxis(String label, double low, double high) {
        NumberAxis axis = new NumberAxis(label);
        axis.setStandardTickUnits(ticks(-TICK_EXPONENT));
        axis.setRange(low, high);
        return styled(axis);
    }

    /** Makes ticks at 1, 2 or 5 times a power of ten, with as many decimals as that takes. */
    private static TickUnits ticks(int lowestExponent) {
        TickUnits units = new TickUnits();
        for (int exponent = lowestExponent; exponent <= TICK_EXPONENT; exponent++) {
            int digits = Math.max(0, -exponent);
            DecimalFormat format = Text.format("#,##0" + (digits == 0 ? "" : "." + "0".repeat(digits)));
            for (int factor : new int[]{1, 2, 5}) {
                units.add(new NumberTickUnit(factor * Math.pow(10, exponent), format));
            }
        }
        return units;
    }

    /** Makes a horizontal axis over {@code [low, high]} that has labels only at values with a name. */
    public static ValueAxis namedAxis(String label, Map<Integer, String> names, double low, double high) {
        NumberAxis axis = new NamedAxis(label, names);
        axis.setRange(low, high);
        axis.setTickMarksVisible(false);
        return styled(axis);
    }

    /** Makes a vertical logarithmic axis over {@code [low, high]} with a tick at every power of ten. */
    public static ValueAxis logAxis(String label, double low, double high) {
        LogAxis axis = new DecadeAxis(label);
        axis.setRange(low, high);
        return styled(axis);
    }

    private static <A extends ValueAxis> A styled(A axis) {
        axis.setLabelFont(TEXT);
        axis.setLabelPaint(Ink.TEXT.color());
        axis.setTickLabelFont(SMALL_TEXT);
        axis.setTickLabelPaint(Ink.TEXT.color());
        axis.setAxisLinePaint(Ink.AXIS.color());
        axis.setAxisLineStroke(HAIRLINE);
        axis.setTickMarkPaint(Ink.AXIS.color());
        axis.setTickMarkStroke(HAIRLINE);
        axis.setTickMarkOutsideLength(3);
        axis.setTickLabelInsets(new RectangleInsets(5, 4, 5, 4));
        axis.setLabelInsets(new RectangleInsets(5, 5, 5, 5));
        return axis;
    }

    /** Makes a legend above the plot, where it cannot cover data. */
    private static LegendTitle legend(XYPlot plot) {
        LegendTitle legend = new LegendTitle(plot);
        legend.setPosition(RectangleEdge.TOP);
        legend.setHorizontalAlignment(HorizontalAlignment.LEFT);
        legend.setItemFont(TEXT);
        legend.setItemPaint(Ink.TEXT.color());
        legend.setBackgroundPaint(null);
        legend.setItemLabelPadding(new RectangleInsets(2, 4, 2, 14));
        return legend;
    }

    /** Makes a chart of the plot, with a legend if there is more than one series to tell apart. */
    public static JFreeChart chart(XYPlot plot) {
        JFreeChart chart = new JFreeChart(null, TEXT, plot, false);
        chart.setBackgroundPaint(null);
        chart.setPadding(new RectangleInsets(4, 2, 2, 8));
        if (plot.getLegendItems().getItemCount() > 1) {
            chart.addLegend(legend(plot));
        }
        return chart;
    }

    private static NumberTick tick(double value, String label, TextAnchor anchor) {
        return new NumberTick(value, label, anchor, anchor, 0);
    }

    /** Logarithmic axis with plain labels: SVG writers turn those of {@link LogAxis} into outlines. */
    private static final class DecadeAxis extends LogAxis {
        private static final long serialVersionUID = 1L;

        DecadeAxis(String label) {
            super(label);
        }

        @Override
        public List<NumberTick> refreshTicks(Graphics2D g2, AxisState state, Rectangle2D area, RectangleEdge edge) {
            DecimalFormat format = Text.format("#,##0.######");
            int lowest = (int) Math.ceil(Math.log10(getRange().getLowerBound()));
            int highest = (int) Math.floor(Math.log10(getRange().getUpperBound()));
            return IntStream.rangeClosed(lowest, highest).mapToDouble(exponent -> Math.pow(10, exponent))
                    .mapToObj(value -> tick(value, format.format(value), TextAnchor.CENTER_RIGHT)).toList();
        }
    }

    /** Axis with named values: those of the library drop a name that is wider than the distance of two values. */
    private static final class NamedAxis extends NumberAxis {
        private static final long serialVersionUID = 1L;
        private final transient List<NumberTick> ticks;

        NamedAxis(String label, Map<Integer, String> names) {
            super(label);
            ticks = names.entrySet().stream()
                    .map(entry -> tick(entry.getKey(), entry.getValue(), TextAnchor.TOP_CENTER)).toList();
        }

        @Override
        public List<NumberTick> refreshTicks(Graphics2D g2, AxisState state, Rectangle2D area, RectangleEdge edge) {
            return ticks;
        }
    }
}
