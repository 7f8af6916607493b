package dev.lethe.data;

import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.io.PathText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Images in one folder whose classes stand in a table, as the validation images of Tiny ImageNet. */
final class AnnotatedImages {
    private static final String TABLE = "val_annotations.txt";
    private static final String IMAGES = "images";

    private AnnotatedImages() {}

    /** Tells whether a folder holds such images. */
    static boolean areIn(Path part) {
        return Files.isRegularFile(part.resolve(TABLE)) && Files.isDirectory(part.resolve(IMAGES));
    }

    /**
     * Lists the images, class after class.
     *
     * @param classes names of the classes, by label
     * @param passedOver receives the number of files of each kind that are no images
     * @throws DataSetException when the table does not name the images, each once, or a class is not among the classes
     */
    static List<ImageFile> list(Path part, List<String> classes, Map<String, Integer> passedOver) {
        Map<String, String> classOf = table(part.resolve(TABLE));
        List<ImageFile> images = new ArrayList<>();
        for (ImageFile image : ImageTree.images(part.resolve(IMAGES), 0, passedOver)) {
            String name = PathText.below(part.resolve(IMAGES), image.path());
            String of = classOf.remove(name);
            if (of == null) {
                throw new DataSetException(part.resolve(TABLE) + " does not name the class of " + image.path()
                        + ": add a line, or delete the image");
            }
            int label = classes.indexOf(of);
            if (label < 0) {
                throw new DataSetException(part.resolve(TABLE) + " has class '" + of + "' of " + name
                        + ", which has no training images: add some, or delete the line and the image");
            }
            images.add(image.withLabel(label));
        }
        if (!classOf.isEmpty()) {
            throw new DataSetException(part.resolve(TABLE) + " names images=" + classOf.size() + " that are not in "
                    + part.resolve(IMAGES) + ", such as " + Collections.min(classOf.keySet())
                    + ": restore them, or delete their lines");
        }
        images.sort(Comparator.comparingInt(ImageFile::label)); // stable, so by name within a class
        return images;
    }

    /** Reads lines of a file's name, its class, and what is not read here, separated by tabs. */
    private static Map<String, String> table(Path file) {
        Map<String, String> classOf = new HashMap<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                String[] fields = line.split("\t");
                if (line.isBlank()) {
                    continue;
                }
                if (fields.length < 2) {
                    throw new DataSetException(file + " has no class in line " + number
                            + ": write the file's name, a tab, and its class");
                }
                if (classOf.put(fields[0], fields[1].strip()) != null) {
                    throw new DataSetException(file + " has " + fields[0] + " again in line " + number
                            + ": leave one of its lines");
                }
            }
        } catch (IOException e) {
            throw DataSetException.unreadable(file.toString(), e);
        }
        return classOf;
    }
}
