package dev.lethe.data;

import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.data.picture.PictureFormat;
import dev.lethe.io.PathText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Images of a folder and of all folders below it, in the order of their relative paths by UTF-16 units. */
final class ImageTree extends SimpleFileVisitor<Path> {
    /** The depth of folders in which a folder is looked at for images before it is known to be a class. */
    private static final int LOOKED_AT = 4;
    /** The number of files of other endings that are opened then, as the folder may be any. */
    private static final int OPENED = 100;
    /** Endings by which a file is taken for an image before it is read; what it is, its content decides. */
    private static final Pattern IMAGE = Pattern
            .compile("[^.].*\\.(?i:png|jpg|jpeg|jpe|jfif|gif|bmp|dib|tif|tiff|webp)", Pattern.DOTALL);
    /** Endings of images of formats that are not read. */
    private static final Set<String> UNREAD = Set.of(".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2");
    /** Advice about images of such formats. */
    static final String UNREAD_REMEDY = "HEIC, AVIF, JPEG XL and JPEG 2000 are not read, convert such images to PNG or "
            + "JPEG";

    private final Path top;
    private final int label;
    private final Map<String, Integer> passedOver;
    private final List<Path> folders = new ArrayList<>();
    private final List<ImageFile> images = new ArrayList<>();

    private ImageTree(Path top, int label, Map<String, Integer> passedOver) {
        this.top = top;
        this.label = label;
        this.passedOver = passedOver;
    }

    /**
     * Lists images.
     *
     * @param folder folder of a class
     * @param label number of the class
     * @param passedOver receives the number of files of each kind that are no images
     */
    static List<ImageFile> images(Path folder, int label, Map<String, Integer> passedOver) {
        ImageTree tree = new ImageTree(folder, label, passedOver);
        tree.walk();
        tree.images.sort(Comparator.comparing(image -> PathText.below(folder, image.path())));
        return tree.images;
    }

    /** Lists a folder and those below it. */
    static List<Path> folders(Path folder) {
        ImageTree tree = new ImageTree(folder, 0, new TreeMap<>());
        tree.walk();
        return tree.folders;
    }

    /**
     * Tells whether there is an image in a folder or a little below it. What cannot be read is for {@link #images} to
     * refuse, as the folder may be none of a data set.
     */
    static boolean hasImage(Path folder) {
        FirstImage first = new FirstImage();
        walk(folder, LOOKED_AT, first);
        return first.found;
    }

    /** The search for an image. */
    private static final class FirstImage extends SimpleFileVisitor<Path> {
        private boolean found;
        private int opened;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = PathText.name(file);
            found = attributes.isRegularFile()
                    && (isImage(name) || UNREAD.contains(ending(name)) || isUnnamed(file, name));
            return found ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        private boolean isUnnamed(Path file, String name) {
            try {
                return opened++ < OPENED && isPicture(file, name);
            } catch (IOException e) {
                return false; // as with what is not even visited
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }

    private static boolean isImage(String name) {
        return IMAGE.matcher(name).matches() && !ImageParts.isLeft(name);
    }

    /** Tells by the first bytes of a file, whatever its ending, whether it is an image. */
    private static boolean isPicture(Path file, String name) throws IOException {
        if (ImageParts.isLeft(name)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return PictureFormat.of(in.readNBytes(PictureFormat.HEAD_BYTES)).filter(PictureFormat::isRead).isPresent();
        }
    }

    /** Returns the kinds of images of formats that are not read. */
    static Map<String, Integer> unread(Map<String, Integer> files) {
        Map<String, Integer> unread = new TreeMap<>(files);
        unread.keySet().retainAll(UNREAD);
        return unread;
    }

    private static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
    }

    /** Formats numbers of files by their kind: {@code 3 .heic, 2 .txt}. */
    static String text(Map<String, Integer> files) {
        return files.entrySet().stream().map(kind -> kind.getValue() + " " + kind.getKey())
                .collect(Collectors.joining(", "));
    }

    /** Counts a file or folder that is passed over. */
    static void passOver(String name, Map<String, Integer> passedOver) {
        String ending = ending(name);
        String kind = name.startsWith(".")
                ? "hidden"
                : ImageParts.isLeft(name)
                        ? name.strip()
                        : ending.isEmpty() ? "without ending" : ending;
        passedOver.merge(kind, 1, Integer::sum);
    }

    private void walk() {
        walk(top, Integer.MAX_VALUE, this);
    }

    private static void walk(Path top, int depth, FileVisitor<Path> visitor) {
        try {
            Files.walkFileTree(top, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, visitor);
        } catch (IOException e) {
            throw DataSetException.unreadable("folder " + top, e);
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        String name = folder.getFileName().toString();
        if (!folder.equals(top) && ImageParts.isLeft(name)) {
            passOver(name, passedOver);
            return FileVisitResult.SKIP_SUBTREE;
        }
        folders.add(folder);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String name = file.getFileName().toString();
        if (attributes.isOther() || !isImage(name) && !isUnnamed(file, name, attributes)) {
            passOver(name, passedOver);
        } else if (attributes.isSymbolicLink()) { // followed, so to nothing
            throw DataSetException.unreadable("image " + file, new NoSuchFileException(file.toString()));
        } else {
            images.add(new ImageFile(file, label, attributes.size(),
                    attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
        }
        return FileVisitResult.CONTINUE;
    }

    private static boolean isUnnamed(Path file, String name, BasicFileAttributes attributes) {
        try {
            return attributes.isRegularFile() && isPicture(file, name);
        } catch (IOException e) {
            throw DataSetException.unreadable("file " + file, e);
        }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
        if (failure instanceof FileSystemLoopException) {
            throw new DataSetException("folder " + file + " is a link to a folder above it: delete the link", failure);
        }
        throw DataSetException.unreadable((Files.isDirectory(file) ? "folder " : "image ") + file, failure);
    }
}
