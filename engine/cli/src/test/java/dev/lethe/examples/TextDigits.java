package dev.lethe.examples;

import dev.lethe.data.DataFormat;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSetException;
import dev.lethe.data.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

// @start region="format"
/** Format of digits in one text file: a line for each image, its label and 64 pixels of 0 to 16, divided by commas. */
public final class TextDigits implements DataFormat {
    private static final int SIDE = 8;

    @Override
    public String description() {
        return "digits as text (*.digits)";
    }

    @Override
    public boolean recognises(Path path) {
        return path.toString().endsWith(".digits");
    }

    @Override
    public DataSet read(Path path, Consumer<String> notices) throws IOException {
        int[][] rows = Files.readAllLines(path).stream().map(line -> numbers(path, line)).toArray(int[][]::new);
        int train = rows.length * 4 / 5; // the first four fifths
        return DataSet.of("digits", images(rows, 0, train), images(rows, train, rows.length),
                IntStream.range(0, 10).mapToObj(String::valueOf).toList());
    }

    private static int[] numbers(Path path, String line) {
        String[] words = line.split(",");
        if (words.length != 1 + SIDE * SIDE) {
            throw new DataSetException(path + " has a line of " + words.length + " numbers: a label and 64 pixels are "
                    + "needed");
        }
        return Stream.of(words).mapToInt(word -> Integer.parseInt(word.strip())).toArray();
    }

    private static ImageSet images(int[][] rows, int from, int to) {
        byte[] pixels = new byte[(to - from) * SIDE * SIDE];
        int[] labels = new int[to - from];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = rows[from + i][0];
            for (int p = 0; p < SIDE * SIDE; p++) {
                pixels[i * SIDE * SIDE + p] = (byte) Math.min(255, 16 * rows[from + i][1 + p]);
            }
        }
        return ImageSet.of(pixels, labels, SIDE, SIDE, 1);
    }
}
// @end
