package dev.lethe.data;

import dev.lethe.tracker.service.Providers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Formats of data sets that other jars provide. */
final class DataFormats {
    private DataFormats() {}

    /**
     * Finds the format of a file or folder.
     *
     * @throws DataSetException when several formats recognise it
     */
    static Optional<DataFormat> find(Path path) {
        List<DataFormat> found = new ArrayList<>();
        for (DataFormat format : Providers.all("data format", ServiceLoader.load(DataFormat.class))) {
            try {
                if (format.recognises(path)) {
                    found.add(format);
                }
            } catch (IOException e) {
                throw DataSetException.unreadable(path.toString(), e);
            }
        }
        if (found.size() > 1) {
            throw new DataSetException(path + " is taken for a data set by several formats: "
                    + String.join("; ", found.stream().map(DataFormats::text).toList())
                    + ": take all but one of them off the class path");
        }
        return found.stream().findFirst();
    }

    private static String text(DataFormat format) {
        return format.description() + " (" + format.getClass().getName() + ")";
    }

    /** Reads a data set; failures of the platform get the path. */
    static DataSet read(DataFormat format, Path path, Consumer<String> notices) {
        try {
            return format.read(path, notices);
        } catch (IOException e) {
            throw DataSetException.unreadable(path.toString(), e);
        }
    }
}
