package dev.lethe.data;

import dev.lethe.data.LabelClasses.Labels;
import dev.lethe.kernels.op.Normalization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Data sets of four IDX files: MNIST, which is part of Lethe, and any folder that is laid out like it. */
final class IdxDataSets {
    /**
     * Mean and standard deviation of MNIST's training pixels, in units of the full range, as the paper and common code
     * use them.
     */
    private static final Normalization MNIST_NORMALIZATION = Normalization.gray(0.1307f, 0.3081f);
    private static final Pattern FILE_NAME = Pattern
            .compile("(train|t10k)-(images[-.]idx3|labels[-.]idx1)-ubyte(\\.gz)?");
    private static final String LABELS = "labels-idx1";
    private static final List<String> ENDINGS = List.of("-ubyte", "-ubyte.gz");

    private IdxDataSets() {}

    /** Source of the four files, each opened by its role. */
    @FunctionalInterface
    private interface FourFiles {
        Source open(String split, String kind);
    }

    private record Source(InputStream stream, String name) {}

    /** Reads MNIST from the resources of {@code lethe-mnist}. */
    static DataSet mnist() {
        return mnist((split, kind) -> {
            String name = embedded(split, kind);
            return new Source(IdxDataSets.class.getClassLoader().getResourceAsStream(name), "embedded " + name);
        });
    }

    /** Reads MNIST from the files of a folder. */
    static DataSet mnist(Path folder) {
        return mnist(filesIn(folder));
    }

    private static DataSet mnist(FourFiles files) {
        return new DataSet("mnist", split(files, "train"), split(files, "t10k"), ClassNames.numbers(10),
                MNIST_NORMALIZATION);
    }

    /** Tells whether {@code lethe-mnist} is here. */
    static boolean hasMnist() {
        return IdxDataSets.class.getClassLoader().getResource(embedded("train", "images-idx3")) != null;
    }

    private static String embedded(String split, String kind) {
        return "META-INF/lethe/mnist/" + split + "-" + kind + "-ubyte.gz";
    }

    /** Tells whether a file of that name is one of the four. */
    static boolean isOne(String file) {
        return FILE_NAME.matcher(file).matches();
    }

    /** Reads a folder with the four files, gzipped or not, named as MNIST and Fashion-MNIST are distributed. */
    static DataSet folder(Path folder, Consumer<String> notices) {
        FourFiles files = filesIn(folder);
        ImageSet train = split(files, "train");
        ImageSet test = split(files, "t10k");
        Labels trainLabels = labels(train, find(folder, "train", LABELS));
        LabelClasses classes = LabelClasses.of(trainLabels, notices);
        int[] testClasses = classes.of(labels(test, find(folder, "t10k", LABELS)));
        TestSplit.reportUntested(classes.names(), IntStream.of(testClasses), notices);
        return DataSet.of(DataLayout.name(folder), train.withLabels(classes.of(trainLabels)),
                test.withLabels(testClasses), classes.names());
    }

    /** Reads a folder with the four files as a data set whose classes have names. */
    static DataSet folder(Path folder, String name, List<String> classNames) {
        FourFiles files = filesIn(folder);
        return DataSet.of(name, split(files, "train"), split(files, "t10k"), classNames);
    }

    private static Labels labels(ImageSet images, Path file) {
        return Labels.of(file.toString(), IntStream.range(0, images.examples()).mapToLong(images::label).toArray());
    }

    private static FourFiles filesIn(Path folder) {
        return (split, kind) -> {
            Path file = find(folder, split, kind);
            try {
                return new Source(Files.newInputStream(file), file.toString());
            } catch (IOException e) {
                throw DataSetException.unreadable(file.toString(), e);
            }
        };
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
        Source labelFile = files.open(split, LABELS);
        byte[] bytes = IdxReader.labels(labelFile.stream, labelFile.name);
        if (bytes.length != images.examples()) {
            throw new DataSetException(labelFile.name + " holds " + bytes.length + " labels, " + imageFile.name + " "
                    + images.examples() + " images: they must be as many");
        }
        int[] labels = new int[bytes.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return ImageSet.of(images.pixels(), labels, images.height(), images.width(), 1)
                .withOrigins(Origins.positions(split + "-images-idx3-ubyte", labels.length));
    }
}
