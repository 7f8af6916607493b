package dev.lethe.data;

import dev.lethe.io.AtomicFiles;
import dev.lethe.tracker.interchange.CsvText;
import dev.lethe.tracker.interchange.ScoreTable;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tables of examples that name each by its id, the file or place that it comes from, the name of its class and its
 * number, in columns {@code id,file,label,label_id}. {@link TrainLabels} reads them back.
 */
public final class ExampleTables {
    /** Column with the file, or the place in a file, that an example comes from. */
    public static final String FILE = "file";
    /** Column with the name of an example's class. */
    public static final String LABEL = "label";
    /** Column with the number of an example's class. */
    public static final String LABEL_ID = "label_id";
    /** Beginning of the header of every such table. */
    public static final String HEADER = "id," + FILE + "," + LABEL + "," + LABEL_ID;

    private ExampleTables() {}

    /**
     * Returns scores with the files and labels of the training examples that they belong to.
     *
     * @param scores scores of all training examples of the data set
     */
    public static ScoreTable named(ScoreTable scores, DataSet data) {
        return scores.withFiles(data.train().origins()::get).withLabels(data.train()::label, data.classNames()::get);
    }

    /**
     * Returns the cells of an example under {@link #HEADER}.
     *
     * @param images training or test images of the data set
     */
    public static String cells(ImageSet images, int example, DataSet data) {
        int label = images.label(example);
        return example + "," + CsvText.cell(images.origins().get(example)) + ","
                + CsvText.cell(data.classNames().get(label)) + "," + label;
    }

    /**
     * Writes the list of all examples of a data set, with a last column {@code split} of {@code train} or {@code test}.
     *
     * @param file file that is made or replaced; it has its name only when it is whole
     */
    public static void write(Path file, DataSet data) throws IOException {
        StringBuilder csv = new StringBuilder(HEADER).append(",split\n");
        append(csv, data.train(), "train", data);
        append(csv, data.test(), "test", data);
        AtomicFiles.write(file, csv);
    }

    private static void append(StringBuilder csv, ImageSet images, String split, DataSet data) {
        for (int example = 0; example < images.examples(); example++) {
            csv.append(cells(images, example, data)).append(',').append(split).append('\n');
        }
    }

    /**
     * Writes the list of some training examples of a data set.
     *
     * @param file file that is made or replaced; it has its name only when it is whole
     * @param ids ids of the examples, in the order of the rows
     */
    public static void write(Path file, DataSet data, int[] ids) throws IOException {
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (int id : ids) {
            csv.append(cells(data.train(), id, data)).append('\n');
        }
        AtomicFiles.write(file, csv);
    }
}
