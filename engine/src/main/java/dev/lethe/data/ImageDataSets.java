package dev.lethe.data;

import dev.lethe.data.DecodedImages.Skipped;
import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.kernels.Philox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Data sets of image files in a folder for each class. */
final class ImageDataSets {
    private static final int NAME_BYTES = 8;

    private ImageDataSets() {}

    /**
     * Reads a folder {@code train/CLASS/...}, {@code test/CLASS/...}.
     *
     * @param cache decoded images are kept below it
     * @param notices receives a sentence for each image that was skipped, and when images cannot be kept
     */
    static DataSet folder(Path folder, ImageOptions options, Path cache, Consumer<String> notices) {
        ImageFolder listed = ImageFolder.list(folder);
        requireOneTestSet(folder, listed, options);
        DecodedImages decoded = decoded(listed, options, cache, notices);
        List<ImageFile> files = listed.all();
        report(files, decoded.skipped(), notices);
        boolean[] skipped = new boolean[files.size()];
        decoded.skipped().forEach(one -> skipped[one.file()] = true);
        int[] labels = files.stream().mapToInt(ImageFile::label).toArray();
        ImageSet all = ImageSet.of(decoded.pixels(), labels, decoded.height(), decoded.width(), decoded.channels());
        int trainFiles = listed.train().size();
        int[] train = IntStream.range(0, trainFiles).filter(i -> !skipped[i]).toArray();
        int[] test = IntStream.range(trainFiles, files.size()).filter(i -> !skipped[i]).toArray();
        requireEveryClass(listed, train, labels, ImageFolder.TRAIN);
        if (options.testShare().isPresent()) {
            boolean[] kept = kept(listed, train, labels, options);
            test = Arrays.stream(train).filter(i -> kept[i]).toArray();
            train = Arrays.stream(train).filter(i -> !kept[i]).toArray();
        } else {
            requireEveryClass(listed, test, labels, ImageFolder.TEST);
        }
        ImageSet trainSet = all.select(train);
        return new DataSet(DataLayout.name(folder), trainSet, all.select(test), listed.classNames(),
                PixelStatistics.normalization(trainSet));
    }

    private static void requireOneTestSet(Path folder, ImageFolder listed, ImageOptions options) {
        if (listed.test().isEmpty() && options.testShare().isEmpty()) {
            throw new DataSetException("folder " + folder + " has no folder test beside train: add test images, or keep"
                    + " a share of the training images for testing with --test-share");
        }
        if (!listed.test().isEmpty() && options.testShare().isPresent()) {
            throw new DataSetException("folder " + folder + " has test images, and testShare="
                    + options.testShare().get() + " asks for others: leave out --test-share, or move "
                    + folder.resolve(ImageFolder.TEST) + " away");
        }
    }

    private static DecodedImages decoded(ImageFolder listed, ImageOptions options, Path cache,
            Consumer<String> notices) {
        Path file = cache.resolve("decoded").resolve(cacheName(listed.folder(), options));
        DecodedCache kept = new DecodedCache(file, listed.key(options));
        try {
            Optional<DecodedImages> before = kept.read();
            if (before.isPresent()) {
                return before.get();
            }
        } catch (IOException e) {
            notices.accept("decoded images " + file + " cannot be read (" + e + "): decoding again");
        }
        DecodedImages images = DecodedImages.decode(listed.all(), options);
        try {
            kept.write(images);
        } catch (IOException e) {
            notices.accept("decoded images cannot be kept in " + file + " (" + e
                    + "): they are decoded each time, unless LETHE_CACHE names a folder that can be written");
        }
        return images;
    }

    /** One file for a folder and a way to decode it, so that what has become stale is replaced. */
    private static String cacheName(Path folder, ImageOptions options) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((real(folder) + " " + ImageFolder.decoding(options)).getBytes(StandardCharsets.UTF_8));
            return DataLayout.name(folder) + "-" + HexFormat.of().formatHex(digest, 0, NAME_BYTES) + ".u8";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new DataSetException("folder " + folder + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void report(List<ImageFile> files, List<Skipped> skipped, Consumer<String> notices) {
        if (!skipped.isEmpty()) {
            notices.accept("skipped " + skipped.size() + " of " + files.size() + " images, which cannot be decoded:");
            skipped.forEach(one -> notices.accept("  " + files.get(one.file()).path() + ": " + one.reason()));
        }
    }

    private static void requireEveryClass(ImageFolder listed, int[] chosen, int[] labels, String split) {
        for (int label = 0; label < listed.classNames().size(); label++) {
            int of = label;
            if (Arrays.stream(chosen).noneMatch(i -> labels[i] == of)) {
                throw new DataSetException("folder "
                        + listed.folder().resolve(split).resolve(listed.classNames().get(label))
                        + " holds no image that can be decoded: replace its images, or delete it in train and test");
            }
        }
    }

    /** By file: whether it is kept for testing. Of every class the same share, at least one and never all. */
    private static boolean[] kept(ImageFolder listed, int[] train, int[] labels, ImageOptions options) {
        boolean[] kept = new boolean[labels.length];
        for (int label = 0; label < listed.classNames().size(); label++) {
            int of = label;
            int[] members = Arrays.stream(train).filter(i -> labels[i] == of).toArray();
            if (members.length < 2) {
                throw new DataSetException("folder " + listed.folder().resolve(ImageFolder.TRAIN)
                        .resolve(listed.classNames().get(label))
                        + " holds a single image: at least 2 are needed to keep some for testing");
            }
            int wanted = (int) Math.round(members.length * options.testShare().orElseThrow());
            int[] order = new int[members.length];
            Philox.permutation(order, options.seed(), Philox.Stream.SPLIT, label);
            for (int i = 0; i < Math.clamp(wanted, 1, members.length - 1); i++) {
                kept[members[order[i]]] = true;
            }
        }
        return kept;
    }
}
