package dev.lethe.data;

import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * List of the images of a folder {@code train/CLASS/*.png}, {@code .jpg} or {@code .jpeg}, and {@code test/CLASS/...};
 * their content is not read. Classes are numbered in the order of their names, images by class and then in the order of
 * their file names; both orders compare UTF-16 units, so that they depend neither on a locale nor on the file system.
 * Names that begin with a dot, folders and files of other names are passed over.
 *
 * @param folder folder that holds {@code train}
 * @param classNames names of the classes, by label
 * @param train training images
 * @param test test images; none if the folder has no {@code test}
 */
record ImageFolder(Path folder, List<String> classNames, List<ImageFile> train, List<ImageFile> test) {
    static final String TRAIN = "train";
    static final String TEST = "test";
    private static final Pattern IMAGE = Pattern.compile("[^.].*\\.(?i:png|jpg|jpeg)", Pattern.DOTALL);

    /**
     * An image file.
     *
     * @param path path of the file
     * @param label number of its class
     * @param bytes size of the file
     * @param modified time of its last change, in nanoseconds
     */
    record ImageFile(Path path, int label, long bytes, long modified) {}

    /** Lists the images of a folder; every class has at least one. */
    static ImageFolder list(Path folder) {
        List<String> classes = classes(folder.resolve(TRAIN));
        boolean tested = Files.isDirectory(folder.resolve(TEST));
        if (tested) {
            requireSame(folder, classes, classes(folder.resolve(TEST)));
        }
        return new ImageFolder(folder, classes, images(folder.resolve(TRAIN), classes),
                tested ? images(folder.resolve(TEST), classes) : List.of());
    }

    /** Lists a folder and, if it holds images, the folders of its parts and classes, which may be links elsewhere. */
    static List<Path> folders(Path folder) {
        List<Path> folders = new ArrayList<>(List.of(folder));
        for (Path split : List.of(folder.resolve(TRAIN), folder.resolve(TEST))) {
            if (Files.isDirectory(split)) {
                folders.add(split);
                DataLayout.entries(split).stream().filter(Files::isDirectory).sorted().forEach(folders::add);
            }
        }
        return folders;
    }

    private static List<String> classes(Path split) {
        List<String> classes = DataLayout.entries(split).stream().filter(Files::isDirectory)
                .map(entry -> entry.getFileName().toString()).filter(name -> !name.startsWith(".")).sorted().toList();
        if (classes.isEmpty()) {
            throw new DataSetException(
                    "folder " + split + " has no folder of images for each class: lay images out as "
                            + split.resolve("CLASS").resolve("NAME.png"));
        }
        return classes;
    }

    private static void requireSame(Path folder, List<String> train, List<String> test) {
        for (String name : new TreeSet<>(Stream.concat(train.stream(), test.stream()).toList())) {
            if (!train.contains(name) || !test.contains(name)) {
                throw new DataSetException("folder " + folder + " has class '" + name + "' in "
                        + (train.contains(name) ? TRAIN : TEST) + " but not in "
                        + (train.contains(name) ? TEST : TRAIN) + ": both need the same class folders");
            }
        }
    }

    private static List<ImageFile> images(Path split, List<String> classes) {
        List<ImageFile> images = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            Path folder = split.resolve(classes.get(label));
            List<String> names = DataLayout.entries(folder).stream().map(entry -> entry.getFileName().toString())
                    .filter(name -> IMAGE.matcher(name).matches()).sorted().toList();
            int before = images.size();
            for (String name : names) {
                image(folder.resolve(name), label).ifPresent(images::add);
            }
            if (images.size() == before) {
                throw new DataSetException("folder " + folder
                        + " holds no .png, .jpg or .jpeg image: add some, or delete it in train and test");
            }
        }
        return images;
    }

    /** Returns the image of a path; none if it is not a file. */
    private static Optional<ImageFile> image(Path path, int label) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(new ImageFile(path, label, attributes.size(),
                            attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)))
                    : Optional.empty();
        } catch (IOException e) {
            throw DataSetException.unreadable("image " + path, e);
        }
    }

    /** Returns the training images, then the test images. */
    List<ImageFile> all() {
        return Stream.concat(train.stream(), test.stream()).toList();
    }

    /** Returns the SHA-256 of the paths, sizes and times of all images, and of the size that they are resized to. */
    byte[] key(ImageOptions options) {
        MessageDigest digest = Sha256.digest();
        digest.update(options.size().toString().getBytes(StandardCharsets.UTF_8));
        for (ImageFile file : all()) {
            byte[] path = folder.relativize(file.path).toString().getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES + path.length).putLong(file.bytes)
                    .putLong(file.modified).putInt(path.length).put(path).flip());
        }
        return digest.digest();
    }
}
