package dev.lethe.report;

import dev.lethe.data.DataSet;
import dev.lethe.io.AtomicFiles;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Picture of some training images of every class, a row for each. */
public final class ContactSheet {
    private static final int COLUMNS = 12;
    private static final int MOST_ROWS = 40;
    private static final int LEAST_CELL = 32;
    private static final int MOST_CELL = 128;
    private static final int GAP = 4;
    private static final int NAMES = 160;
    private static final int MARGIN = 8;
    private static final int FONT_SIZE = 13;

    private final DataSet data;
    private final int cell;

    private ContactSheet(DataSet data) {
        this.data = data;
        int side = Math.max(data.train().height(), data.train().width());
        cell = Math.clamp(side, LEAST_CELL, MOST_CELL);
    }

    /** Writes the sheet as PNG; images of a class are those at equal distances in their order. */
    public static void write(Path file, DataSet data) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new ContactSheet(data).draw(), "png", png);
        AtomicFiles.write(file, png.toByteArray());
    }

    private BufferedImage draw() {
        int rows = Math.min(data.classes(), MOST_ROWS);
        BufferedImage sheet = new BufferedImage(2 * MARGIN + NAMES + COLUMNS * (cell + GAP),
                2 * MARGIN + rows * (cell + GAP), BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = sheet.createGraphics();
        try {
            pen.setColor(Color.WHITE);
            pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
            for (int label = 0; label < rows; label++) {
                drawRow(pen, label, MARGIN + label * (cell + GAP));
            }
        } finally {
            pen.dispose();
        }
        return sheet;
    }

    private void drawRow(Graphics2D pen, int label, int top) {
        int[] members = IntStream.range(0, data.train().examples()).filter(i -> data.train().label(i) == label)
                .toArray();
        pen.setColor(Color.BLACK);
        pen.setClip(MARGIN, top, NAMES - GAP, cell);
        pen.drawString(data.classNames().get(label) + " (" + members.length + ")", MARGIN,
                top + cell / 2 + FONT_SIZE / 2);
        pen.setClip(null);
        int shown = Math.min(COLUMNS, members.length);
        for (int i = 0; i < shown; i++) {
            int example = members[(int) ((long) i * members.length / shown)];
            BufferedImage image = Thumbnail.image(data.train(), example);
            double scale = (double) cell / Math.max(image.getWidth(), image.getHeight());
            pen.drawImage(image, MARGIN + NAMES + i * (cell + GAP), top, (int) Math.round(image.getWidth() * scale),
                    (int) Math.round(image.getHeight() * scale), null);
        }
    }
}
