package dev.lethe.data;

import dev.lethe.kernels.Normalization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Data sets of four IDX files: MNIST, which is part of Lethe, and any folder that is laid out like it. */
final class IdxDataSets {
    /** Of MNIST's training images, in units of the full range: what the paper and everybody else uses. */
    private static final Normalization MNIST_NORMALIZATION = Normalization.gray(0.1307f, 0.3081f);
    private static final int USUAL_CLASSES = 10;
    private static final List<String> ENDINGS = List.of("-ubyte", "-ubyte.gz");

    private IdxDataSets() {}

    /** Opens one of the four files by its role. */
    @FunctionalInterface
    private interface FourFiles {
        Source open(String split, String kind);
    }

    private record Source(InputStream stream, String name) {}

    static DataSet mnist() {
        FourFiles files = (split, kind) -> {
            String name = "mnist/" + split + "-" + kind + "-ubyte.gz";
            return new Source(IdxDataSets.class.getResourceAsStream(name), "embedded " + name);
        };
        return new DataSet("mnist", split(files, "train"), split(files, "t10k"), digits(), MNIST_NORMALIZATION);
    }

    private static List<String> digits() {
        return IntStream.range(0, 10).mapToObj(Integer::toString).toList();
    }

    /** A folder with the four files, gzipped or not, named as MNIST and Fashion-MNIST are distributed. */
    static DataSet folder(Path folder) {
        FourFiles files = (split, kind) -> {
            Path file = find(folder, split, kind);
            try {
                return new Source(Files.newInputStream(file), file.toString());
            } catch (IOException e) {
                throw new DataSetException(file + " cannot be opened: " + e.getMessage(), e);
            }
        };
        ImageSet train = split(files, "train");
        ImageSet test = split(files, "t10k");
        int classes = 1 + largestLabel(train);
        requireNoGaps(train, classes, find(folder, "train", "labels-idx1"));
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        return new DataSet(name, train, test, IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
                PixelStatistics.normalization(train));
    }

    private static Path find(Path folder, String split, String kind) {
        for (String separator : List.of("-", ".")) {
            for (String ending : ENDINGS) {
                Path file = folder.resolve(split + "-" + kind.replace("-idx", separator + "idx") + ending);
                if (Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        throw new DataSetException("folder " + folder + " has no file " + split + "-" + kind
                + "-ubyte, gzipped or not: a data set of IDX files has train-images-idx3-ubyte, "
                + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte");
    }

    private static ImageSet split(FourFiles files, String split) {
        Source imageFile = files.open(split, "images-idx3");
        IdxReader.Images images = IdxReader.images(imageFile.stream, imageFile.name);
        Source labelFile = files.open(split, "labels-idx1");
        byte[] bytes = IdxReader.labels(labelFile.stream, labelFile.name);
        if (bytes.length != images.examples()) {
            throw new DataSetException(labelFile.name + " holds " + bytes.length + " labels, " + imageFile.name + " "
                    + images.examples() + " images: they must be as many");
        }
        int[] labels = new int[bytes.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return ImageSet.of(images.pixels(), labels, images.height(), images.width(), 1);
    }

    /**
     * The files do not say how many classes there are, so a label far out would silently make hundreds. All such sets
     * have ten or fewer, or an example of every class but 0, with which some do not begin.
     */
    private static void requireNoGaps(ImageSet train, int classes, Path labelFile) {
        boolean[] present = new boolean[classes];
        for (int i = 0; i < train.examples(); i++) {
            present[train.label(i)] = true;
        }
        for (int label = 1; label < classes - 1; label++) {
            if (!present[label] && classes > USUAL_CLASSES) {
                int example = IntStream.range(0, train.examples()).filter(i -> train.label(i) == classes - 1)
                        .findFirst().orElseThrow();
                throw new DataSetException(labelFile + " has label=" + (classes - 1) + " at example " + example
                        + " but no example of label " + label + ": number the classes from 0 without gaps");
            }
        }
    }

    private static int largestLabel(ImageSet images) {
        return IntStream.range(0, images.examples()).map(images::label).max().orElseThrow();
    }
}
