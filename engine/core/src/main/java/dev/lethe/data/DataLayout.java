package dev.lethe.data;

import dev.lethe.io.PathText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Layouts of the files of a data set in a folder; each is recognised by file names that no other has. */
enum DataLayout {
    /** The four IDX files in which MNIST is distributed. */
    IDX("IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-..., gzipped or not)") {
        @Override
        boolean has(Path entry, String name) {
            return IdxDataSets.isOne(name);
        }
    },
    /** The binary version of CIFAR-10. */
    CIFAR10("CIFAR-10's binary version (data_batch_1.bin to data_batch_5.bin, test_batch.bin)") {
        @Override
        boolean has(Path entry, String name) {
            return CifarDataSets.CIFAR10.isOne(name);
        }
    },
    /** The binary version of CIFAR-100. */
    CIFAR100("CIFAR-100's binary version (train.bin, test.bin)") {
        @Override
        boolean has(Path entry, String name) {
            return CifarDataSets.CIFAR100.isOne(name);
        }
    },
    /** The Python version of CIFAR-10. */
    CIFAR10_PYTHON("CIFAR-10's Python version (data_batch_1 to data_batch_5, test_batch)") {
        @Override
        boolean has(Path entry, String name) {
            return CifarPythonDataSets.CIFAR10.isOne(entry, name);
        }
    },
    /** The Python version of CIFAR-100. */
    CIFAR100_PYTHON("CIFAR-100's Python version (train, test)") {
        @Override
        boolean has(Path entry, String name) {
            return CifarPythonDataSets.CIFAR100.isOne(entry, name);
        }
    },
    /** NumPy arrays, each in a file. */
    NUMPY("NumPy arrays (train_images.npy, train_labels.npy, test_images.npy, test_labels.npy, or x_train.npy, ...)") {
        @Override
        boolean has(Path entry, String name) {
            return NumpyDataSets.isOne(name);
        }

        @Override
        boolean mayHave(Path entry, String name) {
            return NumpyDataSets.isAll(name);
        }

        @Override
        boolean takes(ImageOptions options) {
            return hasShareAlone(options);
        }
    },
    /** NumPy arrays in one archive. */
    ARCHIVE("an archive of NumPy arrays (one .npz with x_train, y_train, x_test, y_test, or train_images, ...)") {
        @Override
        boolean has(Path entry, String name) {
            return false;
        }

        @Override
        boolean mayHave(Path entry, String name) {
            return NumpyDataSets.isArchive(entry);
        }

        @Override
        boolean takes(ImageOptions options) {
            return hasShareAlone(options);
        }
    },
    /** Image files that a table lists. */
    TABLE("a table of images (.csv, .tsv or .jsonl with the columns file and label, and perhaps split)") {
        @Override
        boolean has(Path entry, String name) {
            return false;
        }

        @Override
        boolean mayHave(Path entry, String name) {
            return ImageTable.isOne(entry);
        }

        @Override
        boolean takes(ImageOptions options) {
            return true;
        }
    },
    /** A folder of images for each class. */
    IMAGES("images (train/CLASS/*.png, .jpg, ..., and test/CLASS/..., or CLASS/... alone)") {
        @Override
        boolean has(Path entry, String name) {
            return ImageParts.isTraining(name) && Files.isDirectory(entry) && !ImageParts.isListed(entry);
        }

        @Override
        boolean takes(ImageOptions options) {
            return true;
        }
    };

    private final String description;

    DataLayout(String description) {
        this.description = description;
    }

    /** Returns the kind of the folder's files and their names, for messages. */
    String description() {
        return description;
    }

    /** Tells whether an entry of a folder marks this layout. */
    abstract boolean has(Path entry, String name);

    /** Tells whether options for images apply to this layout. */
    boolean takes(ImageOptions options) {
        return options.equals(ImageOptions.NONE);
    }

    private static boolean hasShareAlone(ImageOptions options) {
        return options.equals(options.testShare().map(share -> ImageOptions.NONE.withTestShare(share, options.seed()))
                .orElse(ImageOptions.NONE));
    }

    /** Tells whether an entry of a folder that has no other layout marks this one. */
    boolean mayHave(Path entry, String name) {
        return false;
    }

    /** Returns the name of a data set in a folder, an archive or a table. */
    static String name(Path path) {
        String name = PathText.name(path.toAbsolutePath().normalize());
        return name.isEmpty()
                ? "data"
                : NumpyDataSets.isArchive(path) || ImageTable.isNamed(name) && Files.isRegularFile(path)
                        ? stem(name)
                        : name;
    }

    private static String stem(String file) {
        return file.substring(0, Math.max(1, file.lastIndexOf('.')));
    }

    /**
     * Returns the layout of a folder, or of a file.
     *
     * @throws DataSetException when it has none or several
     */
    static DataLayout of(Path folder) {
        if (NumpyDataSets.isArchive(folder)) {
            return ARCHIVE;
        }
        if (ImageTable.isNamed(PathText.name(folder)) && Files.isRegularFile(folder)) {
            return TABLE;
        }
        List<DataLayout> found = all(folder);
        if (found.size() > 1) {
            throw new DataSetException("folder " + folder + " holds files of several data sets: "
                    + String.join("; ", found.stream().map(layout -> layout.description).toList())
                    + ": move each to a folder of its own");
        }
        if (found.isEmpty()) {
            throw new DataSetException("folder " + folder + " holds no data set, which would be "
                    + String.join("; ", Stream.of(values()).map(layout -> layout.description).toList())
                    + inside(folder));
        }
        return found.getFirst();
    }

    private static List<DataLayout> all(Path folder) {
        List<DataLayout> found = new ArrayList<>();
        List<Path> entries = entries(folder);
        for (DataLayout layout : values()) {
            if (entries.stream().anyMatch(entry -> layout.has(entry, entry.getFileName().toString()))) {
                found.add(layout);
            }
        }
        if (found.isEmpty() && ImageParts.isOfClasses(folder)) {
            found.add(IMAGES);
        }
        if (found.isEmpty()) {
            Stream.of(values()).filter(layout -> entries.stream()
                    .anyMatch(entry -> layout.mayHave(entry, entry.getFileName().toString()))).forEach(found::add);
        }
        return found;
    }

    /** Returns a hint for a user who named the folder above. */
    private static String inside(Path folder) {
        List<String> names = entries(folder).stream().filter(Files::isDirectory).filter(Files::isReadable)
                .filter(entry -> !all(entry).isEmpty()).map(Path::toString).sorted().toList();
        return names.isEmpty() ? "" : "; did you mean " + String.join(", ", names) + "?";
    }

    /** Returns the entries of a folder, in no particular order. */
    static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw DataSetException.unreadable("folder " + folder, e);
        } catch (UncheckedIOException e) { // after the first entries
            throw DataSetException.unreadable("folder " + folder,
                    Objects.requireNonNull(e.getCause(), "its constructors refuse null"));
        }
    }
}
