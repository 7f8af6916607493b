package dev.lethe.data;

import dev.lethe.kernels.op.Normalization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Data sets that have a name: some are part of Lethe, the others are in the cache folder. */
public enum NamedDataSet {
    /** Handwritten digits, gray, 28 x 28; part of Lethe, except in packs that are made without them. */
    MNIST("mnist", "mnist", DataLayout.IDX) {
        @Override
        public boolean embedded() {
            return IdxDataSets.hasMnist();
        }

        @Override
        DataSet load(Path cache) {
            return embedded()
                    ? IdxDataSets.mnist()
                    : IdxDataSets.mnist(folder(cache).orElseThrow(() -> absent(cache)));
        }

        @Override
        public String howToGet(Path cache) {
            return "this Lethe has none of its own; put " + layout().description() + " into "
                    + cache.resolve(folderName())
                    + ", name other data, take a pack that has it, or add lethe-mnist to the "
                    + "class path (on the module path, also --add-modules=dev.lethe.mnist)";
        }
    },
    /** MNIST with the pixels in another order, the same for all images. */
    PERMUTED_MNIST("permuted-mnist", "mnist", DataLayout.IDX) {
        @Override
        public boolean embedded() {
            return MNIST.embedded();
        }

        @Override
        public String howToGet(Path cache) {
            return MNIST.howToGet(cache);
        }

        @Override
        DataSet load(Path cache) {
            return PixelPermutation.permuted(MNIST.load(cache));
        }
    },
    /** Photographs of clothes, gray, 28 x 28. */
    FASHION_MNIST("fashion-mnist", "fashion-mnist", DataLayout.IDX) {
        @Override
        DataSet load(Path cache) {
            return IdxDataSets.folder(folder(cache).orElseThrow(() -> absent(cache)), title(), CLOTHES);
        }
    },
    /** Photographs of ten kinds of things, 32 x 32, in colour; normalised with the figures of Toneva et al. */
    CIFAR10("cifar10", "cifar-10-batches-bin", DataLayout.CIFAR10) {
        @Override
        DataSet load(Path cache) {
            return CifarDataSets.CIFAR10.folder(folder(cache).orElseThrow(() -> absent(cache)), title(), PAPER);
        }
    },
    /** Photographs of a hundred kinds of things, 32 x 32, in colour; normalised with the figures of Toneva et al. */
    CIFAR100("cifar100", "cifar-100-binary", DataLayout.CIFAR100) {
        @Override
        DataSet load(Path cache) {
            return CifarDataSets.CIFAR100.folder(folder(cache).orElseThrow(() -> absent(cache)), title(), PAPER);
        }
    };

    private static final List<String> CLOTHES = List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal",
            "Shirt", "Sneaker", "Bag", "Ankle boot");
    /** Normalisation of CIFAR-10 and CIFAR-100 in the paper's code, which counts in units of 1/255. */
    private static final Normalization PAPER = new Normalization(List.of(125.3f / 255, 123.0f / 255, 113.9f / 255),
            List.of(63.0f / 255, 62.1f / 255, 66.7f / 255));

    private final String title;
    private final String folderName;
    private final DataLayout layout;

    NamedDataSet(String title, String folderName, DataLayout layout) {
        this.title = title;
        this.folderName = folderName;
        this.layout = layout;
    }

    /** Returns the name, as in {@code --data}. */
    public String title() {
        return title;
    }

    /** Returns the data set of that name. */
    public static Optional<NamedDataSet> of(String title) {
        return Stream.of(values()).filter(named -> named.title.equals(title)).findFirst();
    }

    /** Tells whether the data set is part of Lethe, and needs no files. */
    public boolean embedded() {
        return false;
    }

    /** Returns the name of the folder of its files. */
    public String folderName() {
        return folderName;
    }

    /** Returns its folder if the cache folder has it. */
    public Optional<Path> folder(Path cache) {
        return Optional.of(cache.resolve(folderName)).filter(folder -> !embedded() && Files.isDirectory(folder));
    }

    DataLayout layout() {
        return layout;
    }

    /** Returns what to do if the data set is missing: the end of a sentence that begins with its name. */
    public String howToGet(Path cache) {
        return "run ./lethe data fetch " + title + ", put " + layout.description()
                + " there, or set LETHE_CACHE to the folder that holds " + folderName;
    }

    DataSetException absent(Path cache) {
        return new DataSetException("data set " + title + " is not in " + cache.resolve(folderName) + ": "
                + howToGet(cache));
    }

    abstract DataSet load(Path cache);
}
