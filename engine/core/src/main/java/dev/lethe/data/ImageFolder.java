package dev.lethe.data;

import dev.lethe.io.PathText;
import dev.lethe.tracker.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * List of the images of a folder: {@code train/CLASS/...} and {@code test/CLASS/...} as {@link ImageParts} finds
 * them, or class folders alone. Their content is not read. Classes are numbered in the order of their names, images by
 * class and then in the order of their paths below its folder; both orders compare UTF-16 units, so that they depend
 * neither on a locale nor on the file system. What is passed over is counted.
 *
 * @param parts folders of the training and the test images
 * @param folder folder that holds them
 * @param classNames names of the classes, by label
 * @param train training images
 * @param test test images; none if there is no folder of them
 * @param notices sentences about what is not used
 * @param tabled whether a table lists them, which then stands in place of the folders of both parts
 */
record ImageFolder(Path folder, ImageParts parts, List<String> classNames, List<ImageFile> train,
        List<ImageFile> test, List<String> notices, boolean tabled) {
    /**
     * An image file.
     *
     * @param path path of the file
     * @param label number of its class
     * @param bytes size of the file
     * @param modified time of its last change, in nanoseconds
     */
    record ImageFile(Path path, int label, long bytes, long modified) {
        ImageFile withLabel(int other) {
            return new ImageFile(path, other, bytes, modified);
        }
    }

    /** Lists the images of a folder; every class has at least one for training. */
    static ImageFolder list(Path folder) {
        ImageParts parts = ImageParts.of(folder);
        List<String> notices = new ArrayList<>();
        if (parts.unused() != null) {
            notices.add("not read: " + parts.unused() + ", since the test images are those of " + parts.test());
        }
        NavigableMap<String, List<Path>> folders = classFolders(parts.train());
        List<String> classes = List.copyOf(folders.navigableKeySet());
        Map<String, Integer> passedOver = passedOver(parts.train());
        List<ImageFile> train = images(folders, classes, passedOver);
        requireSome(folders, classes, train);
        report(parts.train(), passedOver, notices);
        List<ImageFile> test = parts.test() == null ? List.of() : test(folder, parts.test(), classes, notices);
        return new ImageFolder(folder, parts, classes, train, test, notices, false);
    }

    /**
     * Finds the folders of each class, by its name in composed form: two folders whose names look the same, as systems
     * write accents in two ways, are of one class.
     */
    private static NavigableMap<String, List<Path>> classFolders(Path part) {
        NavigableMap<String, List<Path>> classes = new TreeMap<>();
        for (Path entry : ImageParts.subfolders(part)) {
            String name = Normalizer.normalize(PathText.name(entry), Normalizer.Form.NFC);
            classes.computeIfAbsent(name, _ -> new ArrayList<>()).add(entry);
        }
        if (classes.isEmpty()) {
            throw new DataSetException(
                    "folder " + part + " has no folder of images for each class: lay images out as "
                            + part.resolve("CLASS").resolve("NAME.png"));
        }
        return classes;
    }

    /** Counts the files beside the class folders. */
    private static Map<String, Integer> passedOver(Path part) {
        Map<String, Integer> passedOver = new TreeMap<>();
        DataLayout.entries(part).stream().filter(entry -> !Files.isDirectory(entry)
                || ImageParts.isLeft(entry.getFileName().toString()))
                .forEach(entry -> ImageTree.passOver(entry.getFileName().toString(), passedOver));
        return passedOver;
    }

    private static List<ImageFile> test(Path folder, Path part, List<String> classes, List<String> notices) {
        if (AnnotatedImages.areIn(part)) {
            Map<String, Integer> passedOver = new TreeMap<>();
            List<ImageFile> images = AnnotatedImages.list(part, classes, passedOver);
            report(part, passedOver, notices);
            return images;
        }
        NavigableMap<String, List<Path>> folders = classFolders(part);
        folders.forEach((name, found) -> {
            if (!classes.contains(name)) {
                throw new DataSetException("folder " + folder + " has class '" + name + "' in " + part.getFileName()
                        + " but no training images of it: add some, or delete " + found.getFirst());
            }
        });
        Map<String, Integer> passedOver = passedOver(part);
        List<ImageFile> images = images(folders, classes, passedOver);
        report(part, passedOver, notices);
        return images;
    }

    private static List<ImageFile> images(Map<String, List<Path>> folders, List<String> classes,
            Map<String, Integer> passedOver) {
        List<ImageFile> images = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            for (Path folder : folders.getOrDefault(classes.get(label), List.of())) {
                images.addAll(ImageTree.images(folder, label, passedOver));
            }
        }
        return images;
    }

    private static void requireSome(Map<String, List<Path>> folders, List<String> classes,
            List<ImageFile> images) {
        Set<Integer> found = images.stream().map(ImageFile::label).collect(Collectors.toSet());
        for (int label = 0; label < classes.size(); label++) {
            if (!found.contains(label)) {
                throw without(folders.getOrDefault(classes.get(label), List.of()).getFirst());
            }
        }
    }

    private static DataSetException without(Path folder) {
        Map<String, Integer> others = new TreeMap<>();
        ImageTree.images(folder, 0, others);
        Map<String, Integer> unread = ImageTree.unread(others);
        return new DataSetException(unread.isEmpty()
                ? "folder " + folder
                        + " holds no PNG, JPEG, GIF, BMP, TIFF or WebP image: add some, or delete the folder"
                : "folder " + folder + " holds " + ImageTree.text(unread) + ", which are not read, and no PNG, JPEG, "
                        + "GIF, BMP, TIFF or WebP image: convert them to PNG or JPEG, or delete the folder");
    }

    private static void report(Path part, Map<String, Integer> passedOver, List<String> notices) {
        int files = passedOver.values().stream().mapToInt(Integer::intValue).sum();
        if (files > 0) {
            notices.add("passed over " + files + (files == 1 ? " entry of " : " entries of ") + part + ": "
                    + ImageTree.text(passedOver)
                    + (ImageTree.unread(passedOver).isEmpty() ? "" : "; " + ImageTree.UNREAD_REMEDY));
        }
    }

    /** Returns the training images, then the test images. */
    List<ImageFile> all() {
        return Stream.concat(train.stream(), test.stream()).toList();
    }

    /** Returns the SHA-256 of the paths, sizes and times of all images, and of what decides on their pixels. */
    byte[] key(ImageOptions options) {
        MessageDigest digest = Sha256.digest();
        digest.update(options.decoding().getBytes(StandardCharsets.UTF_8));
        for (ImageFile file : all()) {
            byte[] path = PathText.relative(folder, file.path).getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES + path.length).putLong(file.bytes)
                    .putLong(file.modified).putInt(path.length).put(path).flip());
        }
        return digest.digest();
    }
}
