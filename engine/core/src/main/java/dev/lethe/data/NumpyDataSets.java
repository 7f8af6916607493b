package dev.lethe.data;

import dev.lethe.data.ArrayRole.Part;
import dev.lethe.data.LabelClasses.Labels;
import dev.lethe.io.PathText;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.interchange.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Data sets of NumPy arrays, in files of a folder or in one archive: images and labels for training and, if there are
 * any, for testing. Arrays are known by their names, see {@link ArrayRole}; {@link ArrayImages} and {@link ArrayLabels}
 * say what they may be.
 */
final class NumpyDataSets {
    private static final String ARCHIVE_ENDING = ".npz";
    /** Files of labels alone that are part of a data set, and not beside one. */
    private static final Set<String> LABEL_FILES = Set.of("train_labels.npy", "test_labels.npy");
    private static final String NAMES = "x_train and y_train, or train_images and train_labels, and for testing "
            + "x_test and y_test, or test_images and test_labels";

    private static final Pair NONE = new Pair(null, null);

    private NumpyDataSets() {}

    /**
     * The arrays of a part.
     *
     * @param images name of the array of images; null while it was not found
     * @param labels name of the array of labels; null while it was not found
     */
    private record Pair(@Nullable String images, @Nullable String labels) {
        private String text() {
            return images == null || labels == null
                    ? Objects.requireNonNullElse(images, labels)
                    : images + ", " + labels;
        }
    }

    /** Tells whether a file of that name has images or labels of a part of a data set. */
    static boolean isOne(String file) {
        return file.endsWith(NamedArrays.ENDING)
                && ArrayRole.of(file.substring(0, file.length() - NamedArrays.ENDING.length()))
                        .filter(role -> role.part() != Part.ALL && (!role.labels() || LABEL_FILES.contains(file)))
                        .isPresent();
    }

    /** Tells whether a file of that name has the images of a whole data set. */
    static boolean isAll(String file) {
        return file.endsWith(NamedArrays.ENDING)
                && ArrayRole.of(file.substring(0, file.length() - NamedArrays.ENDING.length()))
                        .filter(role -> !role.labels()).isPresent();
    }

    /** Tells whether a file is an archive by its name. */
    static boolean isArchive(Path file) {
        String name = PathText.name(file);
        return name.toLowerCase(Locale.ROOT).endsWith(ARCHIVE_ENDING) && !ImageParts.isLeft(name)
                && Files.isRegularFile(file);
    }

    /** Reads the files of a folder. */
    static DataSet folder(Path folder, ImageOptions options, Consumer<String> notices) {
        return read(folder, new NamedArrays.Folder(folder), options, notices);
    }

    /** Reads an archive, or the only one in a folder. */
    static DataSet archive(Path path, ImageOptions options, Consumer<String> notices) {
        Path file = Files.isDirectory(path) ? only(path) : path;
        try (NamedArrays arrays = NamedArrays.Archive.open(file)) {
            return read(path, arrays, options, notices);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Path only(Path folder) {
        List<Path> archives = DataLayout.entries(folder).stream().filter(NumpyDataSets::isArchive).sorted().toList();
        if (archives.size() > 1) {
            throw new DataSetException(
                    "folder " + folder + " holds archives=" + archives.size() + ": name one of them, as in "
                            + archives.getFirst());
        }
        return archives.getFirst();
    }

    private static DataSet read(Path path, NamedArrays arrays, ImageOptions options, Consumer<String> notices) {
        Map<Part, Pair> parts = parts(arrays, notices);
        Part train = parts.containsKey(Part.TRAIN) ? Part.TRAIN : Part.ALL;
        Part test = parts.containsKey(Part.TEST) ? Part.TEST : Part.VALIDATION;
        if (!parts.containsKey(train)) {
            throw new DataSetException(arrays.place() + " has no array of training images, but "
                    + TestSplit.some(arrays.names()) + ": call its arrays " + NAMES);
        }
        List<String> unused = parts.entrySet().stream().filter(part -> part.getKey() != train && part.getKey() != test)
                .map(part -> part.getValue().text()).toList();
        if (!unused.isEmpty()) {
            notices.accept("not read: " + String.join(", ", unused) + " of " + arrays.place());
        }
        Pair trainPair = complete(arrays, parts.getOrDefault(train, NONE), "training");
        Pair testPair = parts.containsKey(test)
                ? complete(arrays, parts.getOrDefault(test, NONE), "testing")
                : null;
        if (testPair != null && options.testShare().isPresent()) {
            throw new DataSetException(arrays.place() + " has test images, and test share=" + options.testShare().get()
                    + " asks for others: leave it out, or take " + testPair.text() + " away");
        }
        try {
            return read(DataLayout.name(path), arrays, trainPair, testPair, options, notices);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static DataSetException unreadable(Path file, IOException cause) {
        return cause instanceof InterchangeException
                ? new DataSetException(String.valueOf(cause.getMessage()), cause)
                : DataSetException.unreadable(file.toString(), cause);
    }

    /** Finds the arrays of each part. */
    private static Map<Part, Pair> parts(NamedArrays arrays, Consumer<String> notices) {
        Map<Part, Pair> parts = new EnumMap<>(Part.class);
        List<String> others = new ArrayList<>();
        for (String name : arrays.names()) {
            ArrayRole role = ArrayRole.of(name).orElse(null);
            if (role == null) {
                others.add(name);
                continue;
            }
            Pair pair = parts.getOrDefault(role.part(), NONE);
            String before = role.labels() ? pair.labels : pair.images;
            if (before != null) {
                throw new DataSetException(arrays.place() + " has arrays " + before + " and " + name
                        + ", which mean the same: leave one");
            }
            parts.put(role.part(), role.labels() ? new Pair(pair.images, name) : new Pair(name, pair.labels));
        }
        if (!others.isEmpty() && !parts.isEmpty()) {
            notices.accept("not read: " + TestSplit.some(others) + " of " + arrays.place());
        }
        return parts;
    }

    private static Pair complete(NamedArrays arrays, Pair pair, String what) {
        if (pair.images == null || pair.labels == null) {
            throw new DataSetException(arrays.place() + " has an array " + pair.text() + " but none of the "
                    + (pair.images == null ? "images" : "labels") + " for " + what + ": call its arrays " + NAMES);
        }
        return pair;
    }

    private static DataSet read(String name, NamedArrays arrays, Pair train, @Nullable Pair test, ImageOptions options,
            Consumer<String> notices) throws IOException {
        try (NpyFile trainArray = arrays.open(Objects.requireNonNull(train.images))) {
            Labels trainLabels = labels(arrays, train, trainArray);
            LabelClasses classes = LabelClasses.of(trainLabels, notices);
            int[] trainClasses = classes.of(trainLabels);
            ArrayImages trainImages = images(trainArray, trainLabels, notices);
            if (test == null) {
                PixelScale scale = PixelScale.of(List.of(trainImages), notices);
                ImageSet all = images(trainImages, trainClasses, scale, arrays.origin(train.images));
                return split(name, arrays.place(), all, trainClasses, classes.names(), options, notices);
            }
            try (NpyFile testArray = arrays.open(Objects.requireNonNull(test.images))) {
                Labels testLabels = labels(arrays, test, testArray);
                int[] testClasses = classes.of(testLabels);
                ArrayImages testImages = images(testArray, testLabels, notices);
                PixelScale scale = PixelScale.of(List.of(trainImages, testImages), notices);
                TestSplit.reportUntested(classes.names(), IntStream.of(testClasses), notices);
                return DataSet.of(name, images(trainImages, trainClasses, scale, arrays.origin(train.images)),
                        images(testImages, testClasses, scale, arrays.origin(test.images)), classes.names());
            }
        }
    }

    /** Reads the labels of images, unless they are more than these can be, whichever axis counts them. */
    private static Labels labels(NamedArrays arrays, Pair pair, NpyFile images) throws IOException {
        try (NpyFile array = arrays.open(Objects.requireNonNull(pair.labels))) {
            List<Long> lengths = images.shape().dimensions();
            int count = ArrayLabels.count(array);
            if (count > Math.max(lengths.getFirst(), lengths.getLast())) {
                throw unlike(array.name(), count, images.name(), lengths.getFirst());
            }
            return ArrayLabels.read(array);
        }
    }

    private static ArrayImages images(NpyFile array, Labels labels, Consumer<String> notices) {
        ArrayImages images = ArrayImages.of(array, labels.count(), notices);
        if (images.examples() != labels.count()) {
            throw unlike(labels.file(), labels.count(), array.name(), images.examples());
        }
        return images;
    }

    private static DataSetException unlike(String labelFile, int labels, String imageFile, long images) {
        return new DataSetException(labelFile + " holds " + labels + " labels, " + imageFile + " " + images
                + " images: they must be as many");
    }

    private static ImageSet images(ArrayImages images, int[] classes, PixelScale scale, String origin)
            throws IOException {
        return ImageSet.of(images.pixels(scale), classes, images.height(), images.width(), images.channels())
                .withOrigins(Origins.positions(origin, classes.length));
    }

    private static DataSet split(String name, String place, ImageSet all, int[] classes, List<String> names,
            ImageOptions options, Consumer<String> notices) {
        int[] ids = IntStream.range(0, classes.length).toArray();
        boolean[] kept = TestSplit.keep(place, "array of test images", classes, ids, names, options, notices);
        ImageSet train = all.select(IntStream.of(ids).filter(id -> !kept[id]).toArray());
        ImageSet test = all.select(IntStream.of(ids).filter(id -> kept[id]).toArray());
        return DataSet.of(name, train, test, names);
    }
}
