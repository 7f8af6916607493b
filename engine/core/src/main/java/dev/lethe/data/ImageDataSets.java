package dev.lethe.data;

import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.io.FileProblem;
import dev.lethe.io.PathText;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Data sets of image files, with a folder for each class. */
final class ImageDataSets {
    private static final int NAME_DIGITS = 16;
    private static final int MOST_NAME_BYTES = 180;

    private ImageDataSets() {}

    /**
     * Reads a folder of images, as {@link ImageFolder} lists them. Without test images a share of each class is kept
     * for testing.
     *
     * @param cache folder below which decoded images are kept
     * @param notices receives a sentence for each image that was skipped, and for what is not used
     * @param progress receives sentences when images are decoded, and when they cannot be kept
     */
    static DataSet folder(Path folder, ImageOptions options, Path cache, Consumer<String> notices,
            Consumer<String> progress) {
        return read(folder, ImageFolder.list(folder), options, cache, notices, progress);
    }

    /**
     * Reads the images that a table lists, as {@link TabledImages} does, or the tables of a folder; parameters are
     * those of {@link #folder}.
     */
    static DataSet table(Path tableOrFolder, ImageOptions options, Path cache, Consumer<String> notices,
            Consumer<String> progress) {
        ImageFolder listed = Files.isDirectory(tableOrFolder)
                ? TabledImages.ofFolder(tableOrFolder)
                : TabledImages.ofTable(tableOrFolder);
        return read(tableOrFolder, listed, options, cache, notices, progress);
    }

    private static DataSet read(Path source, ImageFolder listed, ImageOptions options, Path cache,
            Consumer<String> notices, Consumer<String> progress) {
        requireOneTestSet(source, listed, options);
        listed.notices().forEach(notices);
        List<ImageFile> files = listed.all();
        DecodedImages decoded = decoded(source, listed, files, options, cache, progress);
        decoded.notes().report(files, options, notices);
        boolean[] skipped = new boolean[files.size()];
        decoded.notes().skipped().forEach(one -> skipped[one.file()] = true);
        int[] labels = files.stream().mapToInt(ImageFile::label).toArray();
        ImageSet all = ImageSet.of(decoded.pixels(), labels, decoded.height(), decoded.width(), decoded.channels())
                .withOrigins(Origins
                        .of(files.stream().map(file -> PathText.relative(listed.folder(), file.path())).toList()));
        int trainFiles = listed.train().size();
        int[] train = IntStream.range(0, trainFiles).filter(i -> !skipped[i]).toArray();
        int[] test = IntStream.range(trainFiles, files.size()).filter(i -> !skipped[i]).toArray();
        requireMembers(listed, train, labels);
        if (listed.test().isEmpty()) {
            boolean[] kept = TestSplit.keep(place(source), listed.tabled() ? "test images" : "folder of test images",
                    labels, train,
                    listed.classNames(), options, notices);
            test = Arrays.stream(train).filter(i -> kept[i]).toArray();
            train = Arrays.stream(train).filter(i -> !kept[i]).toArray();
        } else {
            reportUntested(listed, test, labels, notices);
        }
        ImageSet trainSet = all.select(train);
        return new DataSet(DataLayout.name(source), trainSet, all.select(test), listed.classNames(),
                PixelStatistics.normalization(trainSet));
    }

    private static String place(Path source) {
        return Files.isDirectory(source) ? "folder " + source : source.toString();
    }

    private static void requireOneTestSet(Path source, ImageFolder listed, ImageOptions options) {
        if (!listed.test().isEmpty() && options.testShare().isPresent()) {
            throw new DataSetException(place(source) + " has test images, and test share="
                    + options.testShare().get() + " asks for others: leave it out"
                    + (listed.tabled() ? "" : ", or move " + listed.parts().test() + " away"));
        }
    }

    private static DecodedImages decoded(Path source, ImageFolder listed, List<ImageFile> files, ImageOptions options,
            Path cache,
            Consumer<String> progress) {
        Path file = cache.resolve("decoded").resolve(cacheName(source, options));
        DecodedCache kept = new DecodedCache(file, listed.key(options));
        try {
            Optional<DecodedImages> before = kept.read();
            if (before.isPresent()) {
                if (!options.skipBad()) {
                    before.get().requireNoneSkipped(files);
                }
                return before.get();
            }
        } catch (IOException e) {
            progress.accept("decoded images " + file + " cannot be read ("
                    + FileProblem.fileAndReason(e) + "): decoding again");
        }
        if (!Pictures.possible()) {
            throw new DataSetException("image " + files.getFirst().path() + " cannot be decoded: " + Pictures.LEFT_OUT
                    + ", and reads no pictures; give the data set as NumPy arrays or IDX files, or take a pack that "
                    + "has figures");
        }
        progress.accept("decoding " + files.size() + " images, to be kept in " + file);
        DecodedImages images = DecodedImages.decode(files, listed.train().size(), options);
        try {
            kept.write(images);
        } catch (IOException e) {
            progress.accept("decoded images cannot be kept in " + file + " ("
                    + FileProblem.fileAndReason(e)
                    + "): they are decoded each time, unless LETHE_CACHE names a folder that can be written");
        }
        return images;
    }

    /** Returns one file name for a folder and a size or crop, so that stale images are replaced. */
    private static String cacheName(Path folder, ImageOptions options) {
        try {
            Sha256 digest = Sha256.ofText(folder.toRealPath() + " " + options.size()
                    + options.crop().map(ShortSideCrop::toString).orElse(""));
            return plain(DataLayout.name(folder)) + "-" + digest.hex().substring(0, NAME_DIGITS) + ".u8";
        } catch (IOException e) {
            throw DataSetException.unreadable("folder " + folder, e);
        }
    }

    /** Returns a name of ASCII alone, which every locale can write, within what file systems take. */
    private static String plain(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.substring(0, Math.min(MOST_NAME_BYTES, plain.length()));
    }

    /**
     * Verifies that each class has a training image.
     *
     * @param chosen numbers of the images to count
     * @param labels labels of all images, by number
     * @throws DataSetException when a class has no image
     */
    private static void requireMembers(ImageFolder listed, int[] chosen, int[] labels) {
        int[] members = new int[listed.classNames().size()];
        for (int i : chosen) {
            members[labels[i]]++;
        }
        for (int label = 0; label < members.length; label++) {
            if (members[label] == 0) {
                throw new DataSetException(listed.tabled()
                        ? listed.parts().train() + " lists no training image of class '"
                                + listed.classNames().get(label) + "' that can be decoded: replace its images, or "
                                + "delete its lines"
                        : "folder " + listed.parts().train().resolve(listed.classNames().get(label))
                                + " holds no image that can be decoded: replace its images, or delete the folder");
            }
        }
    }

    private static void reportUntested(ImageFolder listed, int[] test, int[] labels, Consumer<String> notices) {
        if (test.length == 0) {
            throw new DataSetException(listed.tabled()
                    ? listed.parts().train() + " lists no test image that can be decoded: replace them, or delete "
                            + "their lines"
                    : "folder " + listed.parts().test()
                            + " holds no image that can be decoded: replace its images, or move the folder away");
        }
        TestSplit.reportUntested(listed.classNames(), Arrays.stream(test).map(i -> labels[i]), notices);
    }
}
