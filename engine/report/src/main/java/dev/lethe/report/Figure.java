package dev.lethe.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;

/** A chart with its caption and the numbers that it shows: as SVG for a page, as PNG, and as a table. */
public final class Figure {
    private static final int PIXELS_A_POINT = 2; // as sharp as screens are

    private final String id;
    private final String caption;
    private final String description;
    private final JFreeChart chart;
    private final int width;
    private final int height;
    private final List<String> header;
    private final List<List<String>> rows;

    /**
     * Makes a figure.
     *
     * @param id anchor in a report, and the name of its files
     * @param caption whole sentences, as text
     * @param description text for readers who cannot see it
     * @param chart chart to draw
     * @param width width in CSS pixels
     * @param height height in CSS pixels
     * @param header headings of the table
     * @param rows rows of the table, one for each plotted point
     */
    public Figure(String id, String caption, String description, JFreeChart chart, int width, int height,
            List<String> header, List<List<String>> rows) {
        this.id = id;
        this.caption = caption;
        this.description = description;
        this.chart = chart;
        this.width = width;
        this.height = height;
        this.header = List.copyOf(header);
        this.rows = List.copyOf(rows);
    }

    /** Returns the name of its files. */
    public String id() {
        return id;
    }

    /** Returns the figure by another name. */
    public Figure named(String other) {
        return new Figure(other, caption, description, chart, width, height, header, rows);
    }

    /** Returns whole sentences about what it shows, as text. */
    public String caption() {
        return caption;
    }

    /** Returns whether it takes the whole width of a page. */
    boolean wide() {
        return width > FigureStyle.HALF_WIDTH;
    }

    /** Draws an {@code svg} element whose colours follow those of its page. */
    public String svg() {
        return Ink.asVariables(plainSvg());
    }

    private String plainSvg() {
        return SvgFigure.of(chart, id, description, width, height);
    }

    /** Draws an SVG file. */
    public String svgFile() {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + plainSvg() + "\n";
    }

    /** Draws a PNG file on white. */
    public byte[] png() {
        BufferedImage image = new BufferedImage(width * PIXELS_A_POINT, height * PIXELS_A_POINT,
                BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, image.getWidth(), image.getHeight());
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        canvas.scale(PIXELS_A_POINT, PIXELS_A_POINT);
        chart.draw(canvas, new Rectangle2D.Double(0, 0, width, height));
        canvas.dispose();
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
    }

    /** Returns every plotted point as CSV, with a header. */
    public String csv() {
        return line(header) + rows.stream().map(Figure::line).collect(Collectors.joining());
    }

    private static String line(List<String> cells) {
        return cells.stream().map(Figure::cell).collect(Collectors.joining(",")) + "\n";
    }

    private static String cell(String text) {
        boolean quoted = text.chars().anyMatch(c -> ",\"\n\r".indexOf(c) >= 0);
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    /** Returns a number with as many digits as it takes to read the same number; nothing for NaN and infinity. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
