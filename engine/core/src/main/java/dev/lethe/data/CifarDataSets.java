package dev.lethe.data;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lethe.kernels.op.Normalization;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * CIFAR-10 and CIFAR-100 in their binary version. A file is a sequence of records, each of which holds an image:
 *
 * <pre>
 * CIFAR-10     label  (1)                     red (32 x 32)  green (32 x 32)  blue (32 x 32)
 * CIFAR-100    coarse label (1)  label (1)    red (32 x 32)  green (32 x 32)  blue (32 x 32)
 * </pre>
 *
 * The ids of examples follow the order of the records, training files one after the other.
 */
enum CifarDataSets {
    /** CIFAR-10, in {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code test_batch.bin}. */
    CIFAR10("CIFAR-10", "cifar10", 1, 10, List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
            "data_batch_4.bin", "data_batch_5.bin"), "test_batch.bin", "batches.meta.txt"),
    /** CIFAR-100 with its fine labels, in {@code train.bin} and {@code test.bin}. */
    CIFAR100("CIFAR-100", "cifar100", 2, 100, List.of("train.bin"), "test.bin", "fine_label_names.txt");

    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int CHANNELS = 3;

    private final String title;
    private final String fetchName;
    private final int labelBytes;
    private final int classes;
    private final List<String> trainFiles;
    private final String testFile;
    private final String namesFile;

    CifarDataSets(String title, String fetchName, int labelBytes, int classes, List<String> trainFiles,
            String testFile, String namesFile) {
        this.title = title;
        this.fetchName = fetchName;
        this.labelBytes = labelBytes;
        this.classes = classes;
        this.trainFiles = trainFiles;
        this.testFile = testFile;
        this.namesFile = namesFile;
    }

    /** Tells whether a file of that name holds records. */
    boolean isOne(String file) {
        return trainFiles.contains(file) || testFile.equals(file);
    }

    /**
     * Reads a folder with the files, named as they are distributed, and normalises by the statistics of its training
     * pixels.
     */
    DataSet folder(Path folder) {
        ImageSet train = read(folder, trainFiles);
        return folder(folder, DataLayout.name(folder), train, PixelStatistics.normalization(train));
    }

    /** Reads a folder with the files as a data set of another name and normalisation. */
    DataSet folder(Path folder, String name, Normalization normalization) {
        return folder(folder, name, read(folder, trainFiles), normalization);
    }

    private DataSet folder(Path folder, String name, ImageSet train, Normalization normalization) {
        return new DataSet(name, train, read(folder, List.of(testFile)),
                ClassNames.read(folder.resolve(namesFile), classes), normalization);
    }

    private int recordBytes() {
        return labelBytes + CHANNELS * PLANE;
    }

    private ImageSet read(Path folder, List<String> names) {
        int[] counts = new int[names.size()];
        long examples = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = examples(folder.resolve(names.get(i)));
            examples += counts[i];
        }
        if (examples > Integer.MAX_VALUE) {
            throw new DataSetException("folder " + folder + " holds examples=" + examples + ": more than 2^31 - 1");
        }
        MemorySegment pixels = ImageSet.allocate(examples * CHANNELS * PLANE);
        int[] labels = new int[(int) examples];
        int first = 0;
        Origins origins = Origins.of(List.of());
        for (int i = 0; i < counts.length; i++) {
            origins = origins.followedBy(Origins.positions(names.get(i), counts[i]));
            read(folder.resolve(names.get(i)), counts[i], first, pixels, labels);
            first += counts[i];
        }
        return ImageSet.of(pixels, labels, SIDE, SIDE, CHANNELS).withOrigins(origins);
    }

    private int examples(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataSetException("folder " + file.getParent() + " has no file " + file.getFileName()
                    + ": the binary version of " + title + " has " + String.join(", ", trainFiles) + " and " + testFile
                    + "; ./lethe data fetch " + fetchName + " downloads it");
        }
        try {
            long bytes = Files.size(file);
            if (bytes == 0 || bytes % recordBytes() != 0 || bytes / recordBytes() > Integer.MAX_VALUE) {
                throw new DataSetException(file + " has bytes=" + bytes + ", which are not whole records of "
                        + recordBytes() + " bytes: it is truncated or not the binary version of " + title
                        + ", which ./lethe data fetch " + fetchName + " downloads");
            }
            return (int) (bytes / recordBytes());
        } catch (IOException e) {
            throw DataSetException.unreadable(file.toString(), e);
        }
    }

    private void read(Path file, int examples, int first, MemorySegment pixels, int[] labels) {
        byte[] record = new byte[recordBytes()];
        byte[] interleaved = new byte[CHANNELS * PLANE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int i = 0; i < examples; i++) {
                if (in.readNBytes(record, 0, record.length) < record.length) {
                    throw new DataSetException(file + " was truncated while it was read: read it again");
                }
                labels[first + i] = label(file, i, record);
                ImageSet.interleave(Arrays.copyOfRange(record, labelBytes, record.length), CHANNELS, interleaved);
                MemorySegment.copy(interleaved, 0, pixels, JAVA_BYTE, (long) (first + i) * interleaved.length,
                        interleaved.length);
            }
        } catch (IOException e) {
            throw DataSetException.unreadable(file.toString(), e);
        }
    }

    /** Returns the last label byte of a record, which in CIFAR-100 is the fine label. */
    private int label(Path file, int example, byte[] record) {
        int label = Byte.toUnsignedInt(record[labelBytes - 1]);
        if (label >= classes) {
            throw new DataSetException(file + " has label=" + label + " at example " + example + ": labels of " + title
                    + " lie between 0 and " + (classes - 1) + ", so it is damaged or another version, and ./lethe data"
                    + " fetch " + fetchName + " downloads the right one");
        }
        return label;
    }
}
