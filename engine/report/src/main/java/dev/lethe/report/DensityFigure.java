package dev.lethe.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CrosshairState;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.renderer.xy.XYItemRendererState;
import org.jfree.data.xy.DefaultXYZDataset;
import org.jfree.data.xy.XYDataset;
import org.jfree.data.xy.XYZDataset;

/**
 * A histogram in two dimensions: cells with more examples are darker, on a logarithmic scale.
 */
public final class DensityFigure {
    private static final int HEIGHT = 420;
    private static final int MOST_CELLS = 40;
    private static final double FAINTEST = 0.12;

    private final Axis x;
    private final Axis y;
    private final double[] xs;
    private final double[] ys;

    private DensityFigure(Axis x, Axis y, double[] xs, double[] ys) {
        this.x = x;
        this.y = y;
        this.xs = xs;
        this.ys = ys;
    }

    /**
     * Makes a figure of pairs of values. Whole numbers have cells of their own as far as there is room.
     *
     * @param x horizontal axis
     * @param y vertical axis
     * @param xs (pairs) values on the horizontal axis
     * @param ys (pairs) values on the vertical axis
     */
    public static DensityFigure of(Axis x, Axis y, double[] xs, double[] ys) {
        if (xs.length != ys.length) {
            throw new IllegalArgumentException("x=" + xs.length + " y=" + ys.length + ": they must be as many");
        }
        return new DensityFigure(x, y, xs, ys);
    }

    /** Equal parts of the range of values. */
    private record Cells(double low, double width, int count) {
        static Cells of(double[] values, Axis axis) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double value : values) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            if (!(low <= high)) {
                return new Cells(0, 1, 1);
            }
            if (axis.scale() == Axis.Scale.WHOLE) {
                double width = Math.ceil((high - low + 1) / MOST_CELLS);
                return new Cells(low - 0.5, width, (int) Math.ceil((high - low + 1) / width));
            }
            double width = high > low ? (high - low) / MOST_CELLS : 1;
            return new Cells(low, width, MOST_CELLS);
        }

        int of(double value) {
            return Math.clamp((int) ((value - low) / width), 0, count - 1);
        }

        double centre(int cell) {
            return low + (cell + 0.5) * width;
        }

        ValueAxis axis(Axis axis) {
            double high = low + count * width;
            return axis.scale() == Axis.Scale.WHOLE
                    ? FigureStyle.wholeNumberAxis(axis.label(), low, high)
                    : FigureStyle.numberAxis(axis.label(), low, high);
        }
    }

    /** Draws the figure half as wide as a page. */
    public Figure half(String id, String caption, String description) {
        Cells columns = Cells.of(xs, x);
        Cells rows = Cells.of(ys, y);
        int[][] counts = new int[columns.count()][rows.count()];
        int most = 1;
        for (int i = 0; i < xs.length; i++) {
            most = Math.max(most, ++counts[columns.of(xs[i])][rows.of(ys[i])]);
        }
        List<double[]> filled = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        for (int c = 0; c < columns.count(); c++) {
            for (int r = 0; r < rows.count(); r++) {
                if (counts[c][r] > 0) {
                    filled.add(new double[]{columns.centre(c), rows.centre(r), counts[c][r]});
                    table.add(List.of(Figure.number(columns.centre(c)), Figure.number(rows.centre(r)),
                            String.valueOf(counts[c][r])));
                }
            }
        }
        XYPlot plot = FigureStyle.plot(columns.axis(x), rows.axis(y));
        plot.setDataset(dataset(filled));
        XYBlockRenderer renderer = new FilledBlocks();
        renderer.setBlockWidth(columns.width());
        renderer.setBlockHeight(rows.width());
        renderer.setPaintScale(new Shades(most));
        renderer.setDefaultSeriesVisibleInLegend(false);
        plot.setRenderer(renderer);
        plot.setRangeGridlinesVisible(false);
        return new Figure(id, caption + " The darkest cell holds " + Text.count(most, "image") + ".", description,
                FigureStyle.chart(plot), FigureStyle.HALF_WIDTH, HEIGHT, List.of(x.label(), y.label(), "images"),
                table);
    }

    private static DefaultXYZDataset dataset(List<double[]> cells) {
        double[][] columns = new double[3][cells.size()];
        for (int i = 0; i < cells.size(); i++) {
            for (int k = 0; k < columns.length; k++) {
                columns[k][i] = cells.get(i)[k];
            }
        }
        DefaultXYZDataset dataset = new DefaultXYZDataset();
        dataset.addSeries("images", columns);
        return dataset;
    }

    /** Renderer without the outlines of the library's, which would show where translucent cells meet. */
    private static final class FilledBlocks extends XYBlockRenderer {
        private static final long serialVersionUID = 1L;

        @Override
        public void drawItem(Graphics2D g2, XYItemRendererState state, Rectangle2D dataArea, PlotRenderingInfo info,
                XYPlot plot, ValueAxis domainAxis, ValueAxis rangeAxis, XYDataset dataset, int series, int item,
                CrosshairState crosshairState, int pass) {
            double x = dataset.getXValue(series, item);
            double y = dataset.getYValue(series, item);
            double left = domainAxis.valueToJava2D(x - getBlockWidth() / 2, dataArea, plot.getDomainAxisEdge());
            double right = domainAxis.valueToJava2D(x + getBlockWidth() / 2, dataArea, plot.getDomainAxisEdge());
            double top = rangeAxis.valueToJava2D(y + getBlockHeight() / 2, dataArea, plot.getRangeAxisEdge());
            double bottom = rangeAxis.valueToJava2D(y - getBlockHeight() / 2, dataArea, plot.getRangeAxisEdge());
            g2.setPaint(getPaintScale().getPaint(((XYZDataset) dataset).getZValue(series, item)));
            g2.fill(new Rectangle2D.Double(left, top, right - left, bottom - top));
        }
    }

    /** Shades of one colour, more opaque for more examples. */
    private record Shades(int most) implements PaintScale {
        @Override
        public double getLowerBound() {
            return 1;
        }

        @Override
        public double getUpperBound() {
            return most;
        }

        @Override
        public Paint getPaint(double count) {
            double share = most == 1 ? 1 : Math.log(count) / Math.log(most);
            Color ink = Ink.BLUE.color();
            return new Color(ink.getRed(), ink.getGreen(), ink.getBlue(),
                    (int) Math.round(255 * (FAINTEST + (1 - FAINTEST) * share)));
        }
    }
}
