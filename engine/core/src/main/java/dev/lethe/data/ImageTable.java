package dev.lethe.data;

import dev.lethe.io.PathText;
import dev.lethe.tracker.interchange.CsvReader;
import dev.lethe.tracker.interchange.InterchangeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Table of image files and their classes: CSV or TSV with a header, or JSON lines, with the columns {@code file},
 * {@code label} and perhaps {@code split}, by these or other usual names. Other columns are passed over.
 */
final class ImageTable {
    private static final Pattern NAME = Pattern.compile("[^.].*\\.(?i:csv|tsv|jsonl|ndjson)", Pattern.DOTALL);
    private static final Pattern JSON_LINES = Pattern.compile(".*\\.(?i:jsonl|ndjson)", Pattern.DOTALL);
    private static final List<String> FILES = List.of("file", "filename", "file_name", "filepath", "file_path", "path",
            "image", "image_path", "image_file", "image_name", "img", "img_path");
    private static final List<String> LABELS = List.of("label", "class", "class_name", "label_name", "category",
            "target", "labels", "y");
    private static final List<String> SPLITS = List.of("split", "set", "subset", "partition");

    /** Part of a data set that an image belongs to. */
    enum Split {
        TRAIN("train", "training"), TEST("test", "testing"), VALIDATION("val", "valid", "validation", "dev");

        private final Set<String> names;

        Split(String... names) {
            this.names = Set.of(names);
        }

        /** Returns the part of that name in any capitals. */
        static Optional<Split> of(String name) {
            String plain = name.strip().toLowerCase(Locale.ROOT);
            return List.of(values()).stream().filter(split -> split.names.contains(plain)).findFirst();
        }
    }

    /**
     * A row.
     *
     * @param line number of its line in the file, from 1
     * @param file path of an image
     * @param label name of its class
     * @param split part that it belongs to; null where the table has no such column
     */
    record Row(long line, String file, String label, @Nullable Split split) {}

    /** Positions of the columns; -1 for one that there is not. */
    private record Columns(char separator, int file, int label, int split) {
        Columns {
            if (file < 0 || label < 0) {
                throw new IllegalArgumentException("file=" + file + ", label=" + label);
            }
        }
    }

    private final Path path;

    private ImageTable(Path path) {
        this.path = path;
    }

    /** Tells whether a file has a name of tables. */
    static boolean isNamed(String name) {
        return NAME.matcher(name).matches() && !ImageParts.isLeft(name);
    }

    /** Tells whether a file is a table of images, by its name and its first line. */
    static boolean isOne(Path file) {
        if (!isNamed(PathText.name(file)) || !Files.isRegularFile(file)) {
            return false;
        }
        ImageTable table = new ImageTable(file);
        try {
            return table.isJson() ? table.firstObject() : table.columns().isPresent();
        } catch (IOException e) {
            return false; // whoever reads it is told why
        }
    }

    /**
     * Reads all rows.
     *
     * @throws DataSetException when the file cannot be read, or a row has no file, no class or an unknown part
     */
    static List<Row> read(Path file) {
        ImageTable table = new ImageTable(file);
        try {
            return table.isJson() ? table.objects() : table.records();
        } catch (CharacterCodingException e) {
            throw new DataSetException(file + " is not text in UTF-8: save it so", e);
        } catch (InterchangeException e) {
            throw new DataSetException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw DataSetException.unreadable(file.toString(), e);
        }
    }

    private boolean isJson() {
        return JSON_LINES.matcher(PathText.name(path)).matches();
    }

    private Optional<Columns> columns() throws IOException {
        for (char separator : CsvReader.SEPARATORS) {
            try (CsvReader csv = reader(separator)) {
                List<String> names = csv.next()
                        ? csv.all().stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList()
                        : List.of();
                int file = position(names, FILES);
                int label = position(names, LABELS);
                if (file >= 0 && label >= 0) {
                    return Optional.of(new Columns(separator, file, label, position(names, SPLITS)));
                }
            }
        }
        return Optional.empty();
    }

    private CsvReader reader(char separator) throws IOException {
        return CsvReader.of(path.toString(), Files.newInputStream(path), separator);
    }

    /** Returns the position of the first of some usual names; -1 where there is none. */
    private static int position(List<String> names, List<String> usual) {
        return usual.stream().mapToInt(names::indexOf).filter(at -> at >= 0).findFirst().orElse(-1);
    }

    private List<Row> records() throws IOException {
        Columns columns = columns().orElseThrow(() -> new DataSetException(path
                + " has no columns file and label in its first line: name them so"));
        List<Row> rows = new ArrayList<>();
        try (CsvReader csv = reader(columns.separator)) {
            csv.next(); // the header
            int most = Math.max(columns.split, Math.max(columns.file, columns.label));
            while (csv.next()) {
                if (!csv.wellFormed()) {
                    throw problem(csv.line(), "has text after a closing quote: correct its quotes");
                }
                if (csv.fields() <= most) {
                    throw problem(csv.line(), "has fields=" + csv.fields() + ", fewer than the header: complete it");
                }
                rows.add(row(csv.line(), csv.field(columns.file), csv.field(columns.label),
                        columns.split < 0 ? null : csv.field(columns.split)));
            }
        }
        return rows;
    }

    private boolean firstObject() throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            String first = lines.readLine();
            Map<?, ?> object = first == null ? Map.of() : JsonLine.object(first).orElse(Map.of());
            return value(object, FILES) != null && value(object, LABELS) != null;
        }
    }

    private List<Row> objects() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            long number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                long at = number;
                Map<?, ?> object = JsonLine.object(line)
                        .orElseThrow(() -> problem(at, "is no JSON object: write {\"file\": ..., \"label\": ...}"));
                String file = value(object, FILES);
                String label = value(object, LABELS);
                rows.add(row(number, file == null ? "" : file, label == null ? "" : label, value(object, SPLITS)));
            }
        }
        return rows;
    }

    private static @Nullable String value(Map<?, ?> object, List<String> names) {
        for (String name : names) {
            Object value = object.get(name);
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                return value.toString();
            }
        }
        return null;
    }

    private Row row(long line, String file, String label, @Nullable String split) {
        if (file.isBlank()) {
            throw problem(line, "names no file: complete or delete it");
        }
        if (label.isBlank()) {
            throw problem(line, "has no label for " + file + ": complete or delete it");
        }
        if (split == null) {
            return new Row(line, file, label, null);
        }
        Split part = Split.of(split).orElseThrow(() -> problem(line, "has split='" + split
                + "': write train, test or validation"));
        return new Row(line, file, label, part);
    }

    private DataSetException problem(long line, String problem) {
        return new DataSetException(path + " line " + line + " " + problem);
    }
}
