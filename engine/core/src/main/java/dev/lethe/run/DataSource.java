package dev.lethe.run;

import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.NamedDataSet;
import dev.lethe.tracker.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Source of the data set of a run: a name, a folder, or the data set itself. Runs know their data by its content, so
 * that a data set in a folder and the same one as a value make the same run. Immutable.
 */
public sealed interface DataSource {
    /** Name of the data set's name or folder in {@code config.json}. */
    String DATA = "data";

    /**
     * Returns the data set of a name or in a folder.
     *
     * @param nameOrFolder name or folder, as {@link DataSets#load(String)} takes it; nothing is read yet
     */
    static DataSource of(String nameOrFolder) {
        return new Stored(nameOrFolder, DataOptions.NONE);
    }

    /**
     * Returns the data set of a name or in a folder.
     *
     * @param nameOrFolder name or folder, as {@link DataSets#load(String)} takes it; nothing is read yet
     * @param options options of reading it
     */
    static DataSource of(String nameOrFolder, DataOptions options) {
        return new Stored(nameOrFolder, options);
    }

    /** Returns a data set that is there already. Its pixels and labels must not change from now on. */
    static DataSource of(DataSet data) {
        return new Given(data, Sha256.ofDigest(data.fingerprint()), Sha256.ofDigest(data.testFingerprint()));
    }

    /** Returns the name or folder that was given, or the name of the data set itself, for messages. */
    String name();

    /**
     * Returns the data set; one that is stored is read each time.
     *
     * @param notices receives a sentence for everything in the files that is passed over, converted or guessed
     * @param progress receives sentences about the work of reading
     * @throws dev.lethe.data.DataSetException when its files cannot be used
     * @throws DataSets.UnknownDataSetException when there is neither such a name nor such a folder
     */
    DataSet load(Consumer<String> notices, Consumer<String> progress);

    /** Returns the values that describe the source in {@code config.json}, with paths as they were given. */
    Map<String, Object> asMap();

    /** Returns the names of the values of {@link #asMap} that say where data are, not what they are. */
    Set<String> locations();

    /** Returns the folders whose entries decide what the data set holds, the one that was named first; may be empty. */
    List<Path> folders();

    /** Returns the files beside the {@link #folders} that it is read from. */
    List<Path> files();

    /** Tells whether it is a data set that has a name, as published. */
    boolean isPublished();

    /**
     * Data set that is read from files, or is part of Lethe.
     *
     * @param name name or folder of the data set
     * @param options options of reading it
     */
    record Stored(String name, DataOptions options) implements DataSource {
        /** Refuses impossible values by a sentence that names them. */
        public Stored {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(options, "options");
        }

        @Override
        public DataSet load(Consumer<String> notices, Consumer<String> progress) {
            return DataSets.load(name, options, notices, progress);
        }

        @Override
        public Map<String, Object> asMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put(DATA, name);
            map.putAll(options.asMap()); // nothing where the data set is read as it is
            return map;
        }

        @Override
        public Set<String> locations() {
            return DataSets.names().contains(name) ? Set.of(DataOptions.LABELS) : Set.of(DATA, DataOptions.LABELS);
        }

        @Override
        public List<Path> folders() {
            return DataSets.folders(name);
        }

        @Override
        public List<Path> files() {
            Optional<Path> file = Optional.of(Path.of(name))
                    .filter(path -> !DataSets.names().contains(name) && Files.isRegularFile(path));
            return Stream.concat(file.stream(), options.labels().stream()).toList();
        }

        @Override
        public boolean isPublished() {
            return NamedDataSet.of(name).isPresent() && options.equals(DataOptions.NONE);
        }
    }

    /**
     * Data set as a value. Equal to another one of the same name and content.
     *
     * @param data the data set
     * @param fingerprint digest of its training part
     * @param testFingerprint digest of its test part
     */
    record Given(DataSet data, Sha256 fingerprint, Sha256 testFingerprint) implements DataSource {
        @Override
        public String name() {
            return data.name();
        }

        @Override
        public DataSet load(Consumer<String> notices, Consumer<String> progress) {
            return data;
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of(DATA, data.name());
        }

        @Override
        public Set<String> locations() {
            return Set.of(DATA);
        }

        @Override
        public List<Path> folders() {
            return List.of();
        }

        @Override
        public List<Path> files() {
            return List.of();
        }

        @Override
        public boolean isPublished() {
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Given given && data.name().equals(given.data.name())
                    && fingerprint.equals(given.fingerprint) && testFingerprint.equals(given.testFingerprint);
        }

        @Override
        public int hashCode() {
            return fingerprint.hashCode();
        }

        @Override
        public String toString() {
            return "data set " + data.name() + " with fingerprint=" + fingerprint;
        }
    }
}
