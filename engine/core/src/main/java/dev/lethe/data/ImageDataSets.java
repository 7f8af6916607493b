package dev.lethe.data;

import dev.lethe.data.DecodedImages.Skipped;
import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.io.FileProblem;
import dev.lethe.kernels.random.Philox;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
     * Reads a folder of {@code train/CLASS/...} and {@code test/CLASS/...}.
     *
     * @param cache folder below which decoded images are kept
     * @param notices receives a sentence for each image that was skipped, when images are decoded, and when they cannot
     *        be kept
     */
    static DataSet folder(Path folder, ImageOptions options, Path cache, Consumer<String> notices) {
        ImageFolder listed = ImageFolder.list(folder);
        requireOneTestSet(listed, options);
        List<ImageFile> files = listed.all();
        DecodedImages decoded = decoded(listed, files, options, cache, notices);
        report(files, decoded.skipped(), notices);
        boolean[] skipped = new boolean[files.size()];
        decoded.skipped().forEach(one -> skipped[one.file()] = true);
        int[] labels = files.stream().mapToInt(ImageFile::label).toArray();
        ImageSet all = ImageSet.of(decoded.pixels(), labels, decoded.height(), decoded.width(), decoded.channels());
        int trainFiles = listed.train().size();
        int[] train = IntStream.range(0, trainFiles).filter(i -> !skipped[i]).toArray();
        int[] test = IntStream.range(trainFiles, files.size()).filter(i -> !skipped[i]).toArray();
        int[] members = members(listed, train, labels, ImageFolder.TRAIN);
        if (options.testShare().isPresent()) {
            boolean[] kept = kept(listed, train, members, options);
            test = Arrays.stream(train).filter(i -> kept[i]).toArray();
            train = Arrays.stream(train).filter(i -> !kept[i]).toArray();
        } else {
            members(listed, test, labels, ImageFolder.TEST);
        }
        ImageSet trainSet = all.select(train);
        return new DataSet(DataLayout.name(folder), trainSet, all.select(test), listed.classNames(),
                PixelStatistics.normalization(trainSet));
    }

    private static void requireOneTestSet(ImageFolder listed, ImageOptions options) {
        Path folder = listed.folder();
        if (listed.test().isEmpty() && options.testShare().isEmpty()) {
            throw new DataSetException("folder " + folder + " has no folder test beside train: add test images, or keep"
                    + " a share of the training images for testing (test share)");
        }
        if (!listed.test().isEmpty() && options.testShare().isPresent()) {
            throw new DataSetException("folder " + folder + " has test images, and test share="
                    + options.testShare().get() + " asks for others: leave it out, or move "
                    + folder.resolve(ImageFolder.TEST) + " away");
        }
    }

    private static DecodedImages decoded(ImageFolder listed, List<ImageFile> files, ImageOptions options, Path cache,
            Consumer<String> notices) {
        Path file = cache.resolve("decoded").resolve(cacheName(listed.folder(), options));
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
            notices.accept("decoded images " + file + " cannot be read ("
                    + FileProblem.fileAndReason(e) + "): decoding again");
        }
        if (!Pictures.possible()) {
            throw new DataSetException("image " + files.getFirst().path() + " cannot be decoded: " + Pictures.LEFT_OUT
                    + ", and reads no PNG or JPEG; give the data set as NumPy arrays or IDX files, or take a pack that "
                    + "has figures");
        }
        notices.accept("decoding " + files.size() + " images, to be kept in " + file);
        DecodedImages images = DecodedImages.decode(files, options);
        try {
            kept.write(images);
        } catch (IOException e) {
            notices.accept("decoded images cannot be kept in " + file + " ("
                    + FileProblem.fileAndReason(e)
                    + "): they are decoded each time, unless LETHE_CACHE names a folder that can be written");
        }
        return images;
    }

    /** Returns one file name for a folder and a size, so that stale images are replaced. */
    private static String cacheName(Path folder, ImageOptions options) {
        try {
            Sha256 digest = Sha256.ofText(folder.toRealPath() + " " + options.size());
            return shortened(DataLayout.name(folder)) + "-" + digest.hex().substring(0, NAME_DIGITS) + ".u8";
        } catch (IOException e) {
            throw DataSetException.unreadable("folder " + folder, e);
        }
    }

    /** Returns the beginning of a name: file systems take 255 bytes, of which the digest and the suffixes need some. */
    private static String shortened(String name) {
        int end = name.length();
        while (name.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            end = name.offsetByCodePoints(end, -1);
        }
        return name.substring(0, end);
    }

    private static void report(List<ImageFile> files, List<Skipped> skipped, Consumer<String> notices) {
        if (!skipped.isEmpty()) {
            notices.accept("skipped " + skipped.size() + " of " + files.size() + " images, which cannot be decoded:");
            skipped.forEach(one -> notices.accept("  " + files.get(one.file()).path() + ": " + one.reason()));
        }
    }

    /**
     * Counts the images of each class.
     *
     * @param chosen numbers of the images to count
     * @param labels labels of all images, by number
     * @throws DataSetException when a class has no image
     */
    private static int[] members(ImageFolder listed, int[] chosen, int[] labels, String split) {
        int[] members = new int[listed.classNames().size()];
        for (int i : chosen) {
            members[labels[i]]++;
        }
        for (int label = 0; label < members.length; label++) {
            if (members[label] == 0) {
                throw new DataSetException("folder "
                        + listed.folder().resolve(split).resolve(listed.classNames().get(label))
                        + " holds no image that can be decoded: replace its images, or delete it in train and test");
            }
        }
        return members;
    }

    /**
     * Chooses the training images that are kept for testing: the same share of every class, at least one and never all.
     *
     * @param train numbers of training images, class after class
     * @param members number of training images of each class
     * @return whether each image is kept for testing, by number
     */
    private static boolean[] kept(ImageFolder listed, int[] train, int[] members, ImageOptions options) {
        boolean[] kept = new boolean[listed.train().size()];
        int first = 0;
        for (int label = 0; label < members.length; label++) {
            if (members[label] < 2) {
                throw new DataSetException("folder " + listed.folder().resolve(ImageFolder.TRAIN)
                        .resolve(listed.classNames().get(label))
                        + " holds a single image: at least 2 are needed to keep some for testing");
            }
            int wanted = (int) Math.round(members[label] * options.testShare().orElseThrow());
            int[] order = new int[members[label]];
            Philox.permutation(order, options.seed(), Philox.Stream.SPLIT, label);
            for (int i = 0; i < Math.clamp(wanted, 1, members[label] - 1); i++) {
                kept[train[first + order[i]]] = true;
            }
            first += members[label];
        }
        return kept;
    }
}
