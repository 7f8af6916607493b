package dev.lethe.data;

import dev.lethe.data.ImageFolder.ImageFile;
import dev.lethe.data.ImageTable.Row;
import dev.lethe.data.ImageTable.Split;
import dev.lethe.io.PathText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Images that a table lists: one table with a column {@code split} or without, or tables called {@code train} and
 * {@code test}. Ids are in the order of the rows; classes are those of the training images, numbers in their order,
 * names in the order of their UTF-16 units. Paths are those below the table's folder, or whole ones; a path that is
 * not there is looked for in the folders below.
 */
final class TabledImages {
    private final Path folder;
    private final List<String> notices = new ArrayList<>();
    private final Map<Path, String> listed = new HashMap<>(); // where each image was listed first
    private @Nullable Map<String, List<Path>> byName; // images below the folder, made when it is needed

    private TabledImages(Path folder) {
        this.folder = folder;
    }

    /** An image, its class and the place of its row. */
    private record Listed(Path table, Row row, Split split, Path image) {}

    /** Returns the tables of images in a folder, by name. */
    static List<Path> tables(Path folder) {
        return DataLayout.entries(folder).stream().filter(ImageTable::isOne).sorted().toList();
    }

    /** Lists the images of the tables in a folder. */
    static ImageFolder ofFolder(Path folder) {
        List<Path> tables = tables(folder);
        boolean parts = tables.stream().allMatch(table -> part(table).isPresent());
        if (tables.size() > 1 && !parts) {
            throw new DataSetException("folder " + folder + " has several tables of images, "
                    + tables.stream().map(PathText::name).collect(Collectors.joining(", "))
                    + ": name the right one instead of the folder");
        }
        return new TabledImages(folder).list(folder, tables);
    }

    /** Lists the images of one table. */
    static ImageFolder ofTable(Path table) {
        return new TabledImages(Objects.requireNonNullElse(table.toAbsolutePath().getParent(), table)).list(table,
                List.of(table));
    }

    /** Returns the part of a data set that a table's own name stands for. */
    private static Optional<Split> part(Path table) {
        String name = PathText.name(table);
        return Split.of(name.substring(0, name.lastIndexOf('.')));
    }

    private ImageFolder list(Path source, List<Path> tables) {
        List<Listed> rows = new ArrayList<>();
        for (Path table : tables) {
            Split otherwise = tables.size() == 1 ? Split.TRAIN : part(table).orElse(Split.TRAIN);
            for (Row row : ImageTable.read(table)) {
                rows.add(new Listed(table, row, row.split() == null ? otherwise : row.split(), image(table, row)));
            }
        }
        boolean tested = rows.stream().anyMatch(row -> row.split == Split.TEST);
        Split testing = tested ? Split.TEST : Split.VALIDATION;
        long unused = rows.stream().filter(row -> row.split == Split.VALIDATION && tested).count();
        if (unused > 0) {
            notices.add("not read: " + unused + " validation images, since the test images are those of test");
        }
        List<String> classes = classes(source, of(rows, Split.TRAIN));
        return new ImageFolder(folder, new ImageParts(source, source, null), classes,
                files(of(rows, Split.TRAIN), classes), files(of(rows, testing), classes), notices, true);
    }

    private static List<Listed> of(List<Listed> rows, Split split) {
        return rows.stream().filter(row -> row.split == split).toList();
    }

    private static List<String> classes(Path source, List<Listed> train) {
        if (train.isEmpty()) {
            throw new DataSetException(source + " lists no training image: add some, or correct its split");
        }
        List<String> names = train.stream().map(row -> row.row.label()).distinct().toList();
        boolean numbers = names.stream().allMatch(name -> name.matches("\\d{1,18}"));
        return names.stream().sorted(numbers ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder())
                .toList();
    }

    private static List<ImageFile> files(List<Listed> rows, List<String> classes) {
        Map<String, Integer> labels = new HashMap<>();
        classes.forEach(name -> labels.put(name, labels.size()));
        List<ImageFile> files = new ArrayList<>();
        for (Listed row : rows) {
            Integer label = labels.get(row.row.label());
            if (label == null) {
                throw problem(row.table, row.row, "has class '" + row.row.label()
                        + "', which no training image has: add some, or delete the line");
            }
            try {
                BasicFileAttributes attributes = Files.readAttributes(row.image, BasicFileAttributes.class);
                files.add(new ImageFile(row.image, label, attributes.size(),
                        attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
            } catch (IOException e) {
                throw DataSetException.unreadable("image " + row.image, e);
            }
        }
        return files;
    }

    private Path image(Path table, Row row) {
        Path image = find(table, row);
        String place = table + " line " + row.line();
        String before = listed.putIfAbsent(image, place);
        if (before != null) {
            throw problem(table, row, "lists " + row.file() + " again, which " + before + " does: leave one of them");
        }
        return image;
    }

    private Path find(Path table, Row row) {
        for (String text : List.of(row.file(), row.file().replace('\\', '/'))) {
            try {
                Path image = folder.resolve(text).normalize();
                if (Files.isRegularFile(image)) {
                    return image;
                }
            } catch (InvalidPathException e) {
                throw new DataSetException(table + " line " + row.line() + " has file '" + row.file()
                        + "', which is no path: correct it", e);
            }
        }
        String wanted = row.file().replace('\\', '/');
        String name = wanted.substring(wanted.lastIndexOf('/') + 1);
        List<Path> found = byName().getOrDefault(name, List.of()).stream()
                .filter(image -> ("/" + PathText.below(folder, image)).endsWith("/" + wanted)).toList();
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw problem(table, row, found.isEmpty()
                ? "has file '" + row.file() + "', which is neither in " + folder + " nor below: correct the path, or "
                        + "delete the line"
                : "has file '" + row.file() + "', which may be " + found.get(0) + " or " + found.get(1)
                        + ": write its folder too");
    }

    private Map<String, List<Path>> byName() {
        if (byName == null) {
            Map<String, List<Path>> found = new TreeMap<>();
            for (Path inner : ImageTree.folders(folder)) {
                try (Stream<Path> entries = Files.list(inner)) {
                    entries.filter(Files::isRegularFile).sorted().forEach(
                            entry -> found.computeIfAbsent(PathText.name(entry), _ -> new ArrayList<>()).add(entry));
                } catch (IOException e) {
                    throw DataSetException.unreadable("folder " + inner, e);
                }
            }
            byName = found;
        }
        return byName;
    }

    private static DataSetException problem(Path table, Row row, String problem) {
        return new DataSetException(table + " line " + row.line() + " " + problem);
    }
}
