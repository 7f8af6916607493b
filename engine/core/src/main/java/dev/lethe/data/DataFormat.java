package dev.lethe.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Format of data sets in files, beside those that Lethe reads itself. A jar that names one in {@code
 * META-INF/services/dev.lethe.data.DataFormat} makes {@code --data} and {@link DataSets} read it. It has a public
 * constructor without parameters, and its methods may be called by any thread.
 */
public interface DataFormat {
    /** Returns the kind of files and their names, as in {@code scans (*.dcm and labels.csv)}, for messages. */
    String description();

    /**
     * Tells whether a file or folder holds a data set of this format, by names or first bytes.
     *
     * @param path an existing file or folder
     */
    boolean recognises(Path path) throws IOException;

    /**
     * Reads a data set.
     *
     * @param path a file or folder that was recognised
     * @param notices receives a sentence for everything that a user should hear of and that is no failure
     * @throws DataSetException when the files cannot be used; the message names the file and the remedy
     */
    DataSet read(Path path, Consumer<String> notices) throws IOException;
}
