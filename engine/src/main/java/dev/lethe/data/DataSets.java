package dev.lethe.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds a data set by name or folder. */
public final class DataSets {
    private static final List<String> NAMES = List.of("mnist", "permuted-mnist");

    private DataSets() {}

    /** The names that {@link #load} knows. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads a data set.
     *
     * @param nameOrFolder one of {@link #names}, or a folder with the four IDX files of an MNIST-like set
     * @throws UnknownDataSetException when there is neither such a name nor such a folder
     * @throws DataSetException when its files cannot be used
     */
    public static DataSet load(String nameOrFolder) {
        return switch (nameOrFolder) {
            case "mnist" -> IdxDataSets.mnist();
            case "permuted-mnist" -> PixelPermutation.permuted(IdxDataSets.mnist());
            default -> {
                requireKnown(nameOrFolder);
                yield IdxDataSets.folder(Path.of(nameOrFolder));
            }
        };
    }

    /** Verifies that there is such a name or folder, without reading it. */
    public static void requireKnown(String nameOrFolder) {
        if (!NAMES.contains(nameOrFolder) && !Files.isDirectory(Path.of(nameOrFolder))) {
            throw new UnknownDataSetException(nameOrFolder);
        }
    }

    /** There is neither a data set nor a folder of that name. */
    public static final class UnknownDataSetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownDataSetException(String name) {
            super("unknown data set '" + name + "': choose " + String.join(", ", NAMES)
                    + ", or the folder of a data set in IDX files");
        }
    }
}
