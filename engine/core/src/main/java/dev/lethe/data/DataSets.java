package dev.lethe.data;

import dev.lethe.io.PathText;
import dev.lethe.kernels.host.CacheFolder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Data sets by name or folder. */
public final class DataSets {
    private static final List<String> NAMES = Stream.of(NamedDataSet.values()).map(NamedDataSet::title).toList();

    private DataSets() {}

    /** Returns the names that {@link #load} knows. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads a data set.
     *
     * @param nameOrFolder one of {@link #names}, or a folder with IDX files, CIFAR's binary or Python files, NumPy
     *        arrays, images or a table of images, told apart by the names of the files; or an archive of arrays, {@code
     *        .npz}; or a table of images, {@code .csv}, {@code .tsv} or {@code .jsonl}; or a file
     *        or folder that a {@link DataFormat} recognises
     * @throws UnknownDataSetException when there is neither such a name nor such a folder
     * @throws DataSetException when its files cannot be used, or a named data set is not on this machine
     */
    public static DataSet load(String nameOrFolder) {
        return load(nameOrFolder, DataOptions.NONE, _ -> {});
    }

    /**
     * Reads a data set, with other training labels if the options name a file of them.
     *
     * @param nameOrFolder name or folder of the data set, as for {@link #load(String)}
     * @param options options of reading; those of images are for a folder of images only
     * @param notices receives a sentence for everything in the files that is passed over, converted or guessed, and
     *        sentences about the work of reading
     */
    public static DataSet load(String nameOrFolder, DataOptions options, Consumer<String> notices) {
        return load(nameOrFolder, options, notices, notices);
    }

    /**
     * Reads a data set, with other training labels if the options name a file of them.
     *
     * @param nameOrFolder name or folder of the data set, as for {@link #load(String)}
     * @param options options of reading; those of images are for a folder of images only
     * @param notices receives a sentence for everything in the files that is passed over, converted or guessed
     * @param progress receives sentences about the work of reading
     */
    public static DataSet load(String nameOrFolder, DataOptions options, Consumer<String> notices,
            Consumer<String> progress) {
        List<String> noticed = new ArrayList<>();
        Consumer<String> kept = notice -> {
            noticed.add(notice);
            notices.accept(notice);
        };
        DataSet read = load(nameOrFolder, options.images(), CacheFolder.current(), kept, progress);
        List<Integer> constant = PixelStatistics.constantChannels(read.normalization());
        if (!constant.isEmpty()) {
            kept.accept("all pixels of channels=" + constant + " are equal: these channels are left as they are");
        }
        DataSet labelled = options.labels()
                .map(file -> read.withTrainLabels(TrainLabels.read(file, read, kept))).orElse(read);
        if (options.strict() && !noticed.isEmpty()) {
            throw new DataSetException("data set " + nameOrFolder + " is not read as it is, which strict asks for: "
                    + noticed.getFirst() + (noticed.size() == 1 ? "" : "; and " + (noticed.size() - 1) + " more")
                    + "; mend its files, or leave strict out");
        }
        return labelled;
    }

    static DataSet load(String nameOrFolder, ImageOptions options, Path cache, Consumer<String> notices) {
        return load(nameOrFolder, options, cache, notices, notices);
    }

    private static DataSet load(String nameOrFolder, ImageOptions options, Path cache, Consumer<String> notices,
            Consumer<String> progress) {
        requireKnown(nameOrFolder);
        Optional<NamedDataSet> named = NamedDataSet.of(nameOrFolder);
        Path folder = Path.of(nameOrFolder);
        Optional<DataFormat> format = named.isPresent() ? Optional.empty() : DataFormats.find(folder);
        if (format.isPresent()) {
            return load(format.get(), folder, options, notices);
        }
        Optional<DataLayout> layout = named.isPresent() ? Optional.empty() : Optional.of(DataLayout.of(folder));
        if (layout.isEmpty() || !layout.get().takes(options)) {
            requireNone(nameOrFolder, options);
        }
        if (named.isPresent()) {
            if (Files.isDirectory(folder)) {
                progress.accept("data set " + nameOrFolder + " is the published one; the folder of that name here is ."
                        + File.separator + nameOrFolder);
            }
            return named.get().load(cache);
        }
        return switch (layout.orElseThrow()) {
            case IDX -> IdxDataSets.folder(folder, notices);
            case CIFAR10 -> CifarDataSets.CIFAR10.folder(folder);
            case CIFAR100 -> CifarDataSets.CIFAR100.folder(folder);
            case CIFAR10_PYTHON -> CifarPythonDataSets.CIFAR10.folder(folder);
            case CIFAR100_PYTHON -> CifarPythonDataSets.CIFAR100.folder(folder);
            case NUMPY -> NumpyDataSets.folder(folder, options, notices);
            case ARCHIVE -> NumpyDataSets.archive(folder, options, notices);
            case TABLE -> ImageDataSets.table(folder, options, cache, notices, progress);
            case IMAGES -> ImageDataSets.folder(folder, options, cache, notices, progress);
        };
    }

    private static DataSet load(DataFormat format, Path path, ImageOptions options, Consumer<String> notices) {
        requireNone(path.toString(), options);
        return DataFormats.read(format, path, notices);
    }

    private static void requireNone(String nameOrFolder, ImageOptions options) {
        if (!options.equals(ImageOptions.NONE)) {
            throw new DataSetException("data set " + nameOrFolder
                    + " is not a folder of images: leave out resize, orientation, background, levels, test share "
                    + "and skip bad, which are for such folders");
        }
    }

    /**
     * Lists the folders whose entries decide what a data set holds, the one that was named first; returns none for a
     * data set that is part of Lethe or is not on this machine.
     */
    public static List<Path> folders(String nameOrFolder) {
        Optional<NamedDataSet> named = NamedDataSet.of(nameOrFolder);
        Optional<Path> folder = named.isPresent()
                ? named.get().folder(CacheFolder.current())
                : Optional.of(Path.of(nameOrFolder)).filter(Files::isDirectory);
        return folder.map(path -> Stream.concat(ImageParts.contentFolders(path).stream(),
                CifarPythonDataSets.inside(path).stream()).distinct().toList()).orElse(List.of());
    }

    /** Verifies that there is a data set of that name, or a folder or file that may hold one, without reading it. */
    public static void requireKnown(String nameOrFolder) {
        Path path = Path.of(nameOrFolder);
        boolean named = NAMES.contains(nameOrFolder);
        if (nameOrFolder.isBlank() || !named && !Files.isDirectory(path) && !isKnownFile(path)
                && (!Files.exists(path) || DataFormats.find(path).isEmpty())) {
            throw new UnknownDataSetException(nameOrFolder);
        }
    }

    private static boolean isKnownFile(Path path) {
        return NumpyDataSets.isArchive(path)
                || ImageTable.isNamed(PathText.name(path)) && Files.isRegularFile(path);
    }

    /** Exception for a name that neither a data set nor a folder has. */
    public static final class UnknownDataSetException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownDataSetException(String name) {
            super("unknown data set '" + name + "': choose " + String.join(", ", NAMES)
                    + ", or the folder of a data set, an archive of arrays, .npz, or a table of "
                    + "images, .csv, .tsv or .jsonl");
        }
    }
}
