package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.io.PathText;
import dev.lethe.tracker.interchange.ElementType;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.interchange.NumpyArray;
import dev.lethe.tracker.interchange.PickledDictionary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * CIFAR-10 and CIFAR-100 in their Python version. A file is the pickle of a dictionary of images, (examples, 3072) or
 * as many bytes: red, green and blue of 32 x 32 each, and of their labels. Nothing in a pickle is run, see {@link
 * PickledDictionary}. Ids, pixels, labels and class names are those of the binary version, {@link CifarDataSets}.
 */
enum CifarPythonDataSets {
    /** CIFAR-10, in {@code data_batch_1} to {@code data_batch_5} and {@code test_batch}. */
    CIFAR10("CIFAR-10", "cifar-10-batches-py", 10, "labels", List.of("data_batch_1", "data_batch_2", "data_batch_3",
            "data_batch_4", "data_batch_5"), "test_batch", "batches.meta", "label_names"),
    /** CIFAR-100 with its fine labels, in {@code train} and {@code test}. */
    CIFAR100("CIFAR-100", "cifar-100-python", 100, "fine_labels", List.of("train"), "test", "meta",
            "fine_label_names");

    private static final String DATA = "data";
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;
    private static final int IMAGE = CHANNELS * PLANE;

    private final String title;
    private final String folderName;
    private final int classes;
    private final String labelsKey;
    private final List<String> trainFiles;
    private final String testFile;
    private final String namesFile;
    private final String namesKey;

    CifarPythonDataSets(String title, String folderName, int classes, String labelsKey, List<String> trainFiles,
            String testFile, String namesFile, String namesKey) {
        this.title = title;
        this.folderName = folderName;
        this.classes = classes;
        this.labelsKey = labelsKey;
        this.trainFiles = trainFiles;
        this.testFile = testFile;
        this.namesFile = namesFile;
        this.namesKey = namesKey;
    }

    /** Images and labels of a file, (examples, 32, 32, 3) and (examples). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Batch(MemorySegment pixels, int[] labels, Origins origins) {}

    /** Tells whether an entry of a folder is a file with images, or the folder of them as it is distributed. */
    boolean isOne(Path entry, String name) {
        return (trainFiles.contains(name) || testFile.equals(name)) && Files.isRegularFile(entry)
                || folderName.equals(name) && Files.isRegularFile(entry.resolve(testFile));
    }

    /** Returns the folders below a folder in which there are files of a data set. */
    static List<Path> inside(Path folder) {
        return IntStream.range(0, values().length).mapToObj(i -> folder.resolve(values()[i].folderName))
                .filter(Files::isDirectory).toList();
    }

    /** Reads a folder with the files, named as they are distributed, or the folder that holds that folder. */
    DataSet folder(Path folder) {
        Path inner = folder.resolve(folderName);
        Path files = Files.isDirectory(inner) ? inner : folder;
        ImageSet train = read(files, trainFiles);
        ImageSet test = read(files, List.of(testFile));
        return DataSet.of(DataLayout.name(folder), train, test, names(files.resolve(namesFile)));
    }

    private List<String> names(Path file) {
        if (!Files.isRegularFile(file)) {
            return ClassNames.numbers(classes);
        }
        List<String> names = read(file, dictionary -> dictionary.texts(namesKey)
                .orElseThrow(() -> new DataSetException(file + " has no list '" + namesKey + "' but "
                        + dictionary.keys() + ": restore it, or delete it")));
        ClassNames.require(file, names, classes, "restore it, or delete it");
        return names;
    }

    private ImageSet read(Path folder, List<String> names) {
        List<Batch> batches = new ArrayList<>();
        for (String name : names) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                throw new DataSetException("folder " + folder + " has no file " + name + ": the Python version of "
                        + title + " has " + String.join(", ", trainFiles) + " and " + testFile);
            }
            batches.add(read(file, dictionary -> batch(file, dictionary)));
        }
        int[] labels = batches.stream().flatMapToInt(batch -> IntStream.of(batch.labels)).toArray();
        if (batches.size() == 1) {
            return ImageSet.of(batches.getFirst().pixels, labels, SIDE, SIDE, CHANNELS)
                    .withOrigins(batches.getFirst().origins);
        }
        MemorySegment pixels = ImageSet.allocate((long) labels.length * IMAGE);
        long at = 0;
        Origins origins = Origins.of(List.of());
        for (Batch batch : batches) {
            origins = origins.followedBy(batch.origins);
            MemorySegment.copy(batch.pixels, 0, pixels, at, batch.pixels.byteSize());
            at += batch.pixels.byteSize();
        }
        return ImageSet.of(pixels, labels, SIDE, SIDE, CHANNELS).withOrigins(origins);
    }

    /** A reading of a dictionary. */
    private interface Reading<T> {
        T of(PickledDictionary dictionary);
    }

    /** Reads a file; its memory is given back after that. */
    private static <T> T read(Path file, Reading<T> reading) {
        try (Arena arena = Arena.ofConfined()) {
            return reading.of(PickledDictionary.read(file, arena));
        } catch (InterchangeException e) {
            throw new DataSetException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw DataSetException.unreadable(file.toString(), e);
        } catch (OutOfMemoryError e) { // of its own memory, outside of the heap
            throw new DataSetException(file + " needs more memory than there is: allow more with "
                    + "LETHE_JAVA_OPTS=-XX:MaxDirectMemorySize=64g", e);
        }
    }

    private Batch batch(Path file, PickledDictionary dictionary) {
        int[] labels = labels(file, dictionary);
        MemorySegment planes = planes(file, dictionary);
        if (planes.byteSize() != (long) labels.length * IMAGE || labels.length == 0) {
            throw new DataSetException(file + " has labels=" + labels.length + " and bytes=" + planes.byteSize()
                    + " of images, of which each has " + IMAGE + ": it is altered or not the Python version of "
                    + title);
        }
        MemorySegment pixels = ImageSet.allocate(planes.byteSize());
        byte[] image = new byte[IMAGE];
        byte[] interleaved = new byte[IMAGE];
        for (long at = 0; at < planes.byteSize(); at += IMAGE) {
            MemorySegment.copy(planes, JAVA_BYTE, at, image, 0, IMAGE);
            ImageSet.interleave(image, CHANNELS, interleaved);
            MemorySegment.copy(interleaved, 0, pixels, JAVA_BYTE, at, IMAGE);
        }
        return new Batch(pixels, labels, Origins.positions(PathText.name(file), labels.length));
    }

    private MemorySegment planes(Path file, PickledDictionary dictionary) {
        Optional<NumpyArray> array = dictionary.array(DATA);
        if (array.isPresent() && array.get().type() != ElementType.UINT8) {
            throw new DataSetException(file + " has '" + DATA + "', an " + array.get() + ": images are of uint8");
        }
        return array.map(NumpyArray::data).or(() -> dictionary.bytes(DATA)).orElseThrow(() -> lacks(file, DATA,
                dictionary));
    }

    private DataSetException lacks(Path file, String key, PickledDictionary dictionary) {
        return new DataSetException(file + " has no '" + key + "' but " + TestSplit.some(List.copyOf(dictionary.keys()))
                + ": it is altered or not the Python version of " + title);
    }

    private int[] labels(Path file, PickledDictionary dictionary) {
        double[] numbers = dictionary.numbers(labelsKey).orElseThrow(() -> lacks(file, labelsKey, dictionary));
        int[] labels = new int[numbers.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) numbers[i];
            if (labels[i] != numbers[i] || labels[i] < 0 || labels[i] >= classes) {
                throw new DataSetException(
                        file + " has label=" + numbers[i] + " at example " + i + ": labels of " + title
                                + " lie between 0 and " + (classes - 1) + ", so it is altered or another version");
            }
        }
        return labels;
    }
}
