package dev.lethe.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Folders of the training and the test images of a data set, found by their names in any capitals. A folder that holds
 * class folders alone is that of the training images.
 *
 * @param train folder of the training images
 * @param test folder of the test images; null if there is none
 * @param unused folder of validation images beside both; null if there is none
 */
record ImageParts(Path train, @Nullable Path test, @Nullable Path unused) {
    private static final Set<String> TRAINING = Set.of("train", "training");
    private static final Set<String> TESTING = Set.of("test", "testing");
    private static final Set<String> VALIDATION = Set.of("val", "valid", "validation");
    /** Names of what systems and tools leave in folders, beside those that begin with a dot. */
    private static final Pattern LEFT = Pattern.compile("(?i)@eadir|__macosx|thumbs\\.db|ehthumbs\\.db|desktop\\.ini"
            + "|\\$recycle\\.bin|system volume information|lost\\+found|__pycache__|[#@]recycle|icon\r");

    /** Tells whether a folder of that name has training images. */
    static boolean isTraining(String name) {
        return TRAINING.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Tells whether an entry of that name is none of the user's. */
    static boolean isLeft(String name) {
        return name.startsWith(".") || LEFT.matcher(name).matches();
    }

    /** Returns the folders in a folder, except what systems and tools leave there, by name. */
    static List<Path> subfolders(Path folder) {
        return DataLayout.entries(folder).stream().filter(Files::isDirectory)
                .filter(entry -> !isLeft(entry.getFileName().toString())).sorted().toList();
    }

    /** Returns the parts of a folder. */
    static ImageParts of(Path folder) {
        List<Path> folders = subfolders(folder);
        Path train = one(folder, folders, TRAINING);
        if (train == null) {
            return new ImageParts(folder, null, null);
        }
        Path test = one(folder, folders, TESTING);
        Path validation = one(folder, folders, VALIDATION);
        if (validation != null && (test == null || AnnotatedImages.areIn(validation))) {
            return new ImageParts(train, validation, test);
        }
        return new ImageParts(train, test, validation);
    }

    /** Tells whether a folder has images and no folders, and a table beside it lists them. */
    static boolean isListed(Path train) {
        return subfolders(train).isEmpty() && train.toAbsolutePath().getParent() != null
                && !TabledImages.tables(train.toAbsolutePath().getParent()).isEmpty();
    }

    private static @Nullable Path one(Path folder, List<Path> folders, Set<String> names) {
        List<Path> found = folders.stream()
                .filter(entry -> names.contains(entry.getFileName().toString().toLowerCase(Locale.ROOT))).toList();
        if (found.size() > 1) {
            throw new DataSetException("folder " + folder + " has " + found.get(0).getFileName() + " and "
                    + found.get(1).getFileName() + ", which mean the same: join them, or move one away");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Tells whether a folder holds two folders with images or more, none of which is a part of a data set. */
    static boolean isOfClasses(Path folder) {
        List<Path> folders = subfolders(folder);
        return folders.stream().map(entry -> entry.getFileName().toString().toLowerCase(Locale.ROOT))
                .noneMatch(name -> TRAINING.contains(name) || TESTING.contains(name) || VALIDATION.contains(name))
                && folders.stream().filter(ImageTree::hasImage).limit(2).count() == 2;
    }

    /** Returns the folder and, if it holds images, all folders in its parts, which may be links elsewhere. */
    static List<Path> contentFolders(Path folder) {
        List<Path> folders = new ArrayList<>(List.of(folder));
        if (subfolders(folder).stream().anyMatch(entry -> isTraining(entry.getFileName().toString()))
                || isOfClasses(folder)) {
            subfolders(folder).forEach(part -> folders.addAll(ImageTree.folders(part)));
        }
        return folders;
    }
}
