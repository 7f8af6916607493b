package dev.lethe.data;

import dev.lethe.io.PathText;
import dev.lethe.tracker.interchange.ElementType;
import dev.lethe.tracker.interchange.InterchangeException;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Data sets of four NumPy arrays: {@code train_images.npy}, {@code train_labels.npy}, {@code test_images.npy} and
 * {@code test_labels.npy}. Images are uint8, (examples, height, width) or (examples, height, width, channels) with 1 or
 * 3 channels; labels are integers of any type, (examples,), from 0.
 */
final class NumpyDataSets {
    private static final List<String> FILES = List.of("train_images.npy", "train_labels.npy", "test_images.npy",
            "test_labels.npy");
    private static final int GRAY_RANK = 3;
    private static final int COLOUR_RANK = 4;

    private NumpyDataSets() {}

    /** Tells whether a file of that name is one of the four. */
    static boolean isOne(String file) {
        return FILES.contains(file);
    }

    static DataSet folder(Path folder) {
        for (String name : FILES) {
            if (!Files.isRegularFile(folder.resolve(name))) {
                throw new DataSetException("folder " + folder + " has no file " + name
                        + ": a data set of NumPy arrays has " + String.join(", ", FILES));
            }
        }
        ImageSet train = split(folder, "train");
        ImageSet test = split(folder, "test");
        return new DataSet(DataLayout.name(folder), train, test,
                ClassNames.numbered(train, folder.resolve("train_labels.npy")), PixelStatistics.normalization(train));
    }

    private static ImageSet split(Path folder, String split) {
        Path imageFile = folder.resolve(split + "_images.npy");
        Path labelFile = folder.resolve(split + "_labels.npy");
        try (NpyFile images = NpyFile.open(imageFile)) {
            int[] extents = extents(images, imageFile);
            int[] labels = labels(labelFile);
            if (labels.length != extents[0]) {
                throw new DataSetException(labelFile + " holds " + labels.length + " labels, " + imageFile + " "
                        + extents[0] + " images: they must be as many");
            }
            MemorySegment pixels = ImageSet.allocate(images.dataBytes());
            images.readInto(pixels);
            return ImageSet.of(pixels, labels, extents[1], extents[2], extents[COLOUR_RANK - 1])
                    .withOrigins(Origins.positions(PathText.name(imageFile), extents[0]));
        } catch (IOException e) {
            throw unreadable(imageFile, e);
        }
    }

    private static DataSetException unreadable(Path file, IOException cause) {
        return cause instanceof InterchangeException
                ? new DataSetException(String.valueOf(cause.getMessage()), cause)
                : DataSetException.unreadable(file.toString(), cause);
    }

    /** Returns the extents of an array of images: examples, height, width, channels. */
    private static int[] extents(NpyFile images, Path file) {
        List<Long> lengths = images.shape().dimensions();
        boolean colour = lengths.size() == COLOUR_RANK;
        long channels = colour ? lengths.getLast() : 1;
        boolean sized = (colour || lengths.size() == GRAY_RANK) && (channels == 1 || channels == 3)
                && lengths.stream().allMatch(length -> length >= 1 && length <= Integer.MAX_VALUE)
                && lengths.get(1) * lengths.get(2) <= Integer.MAX_VALUE / 3;
        if (images.type() != ElementType.UINT8 || !sized) {
            throw new DataSetException(file + " is an " + images + ": images are uint8 arrays (examples, height, width)"
                    + " or (examples, height, width, channels) with 1 or 3 channels");
        }
        return new int[]{lengths.get(0).intValue(), lengths.get(1).intValue(), lengths.get(2).intValue(),
                (int) channels};
    }

    private static int[] labels(Path file) {
        try (NpyFile array = NpyFile.open(file); Arena arena = Arena.ofConfined()) {
            requireLabels(array, file);
            return labels(array.read(arena), file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static void requireLabels(NpyFile array, Path file) {
        List<Long> lengths = array.shape().dimensions();
        if (!array.type().integral() || lengths.size() != 1 || lengths.getFirst() > Integer.MAX_VALUE - 8) {
            throw new DataSetException(file + " is an " + array + ": labels are an array (examples,) of integers");
        }
    }

    private static int[] labels(NumpyArray array, Path file) {
        int[] labels = new int[array.shape().dimensions().getFirst().intValue()];
        for (int i = 0; i < labels.length; i++) {
            long label = array.longAt(i);
            if (label < 0 || label >= Integer.MAX_VALUE) {
                throw new DataSetException(file + " has label=" + label + " at example " + i
                        + ": number the classes from 0");
            }
            labels[i] = (int) label;
        }
        return labels;
    }
}
