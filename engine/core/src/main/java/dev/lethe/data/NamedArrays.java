package dev.lethe.data;

import dev.lethe.io.PathText;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NpzReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Arrays of a data set by their names: the {@code .npy} files of a folder, or the arrays of an archive. */
sealed interface NamedArrays extends AutoCloseable {
    /** Ending of the name of a file with one array. */
    String ENDING = ".npy";

    /** Returns the kind and path of what holds the arrays, for messages. */
    String place();

    /** Returns the names of the arrays, without endings. */
    List<String> names();

    /** Returns the place of an array that examples come from. */
    String origin(String name);

    /** Opens the array of a name. */
    NpyFile open(String name) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * The files of a folder.
     *
     * @param folder the folder
     */
    record Folder(Path folder) implements NamedArrays {
        @Override
        public String place() {
            return "folder " + folder;
        }

        @Override
        public List<String> names() {
            return DataLayout.entries(folder).stream().filter(Files::isRegularFile)
                    .map(PathText::name)
                    .filter(name -> name.endsWith(ENDING) && !ImageParts.isLeft(name))
                    .map(name -> name.substring(0, name.length() - ENDING.length())).sorted().toList();
        }

        @Override
        public String origin(String name) {
            return name + ENDING;
        }

        @Override
        public NpyFile open(String name) throws IOException {
            return NpyFile.open(folder.resolve(name + ENDING));
        }

        @Override
        public void close() {
            // each file is opened and closed alone
        }
    }

    /**
     * An archive.
     *
     * @param path its file
     * @param npz its content
     */
    record Archive(Path path, NpzReader npz) implements NamedArrays {
        static Archive open(Path path) throws IOException {
            return new Archive(path, NpzReader.open(path));
        }

        @Override
        public String place() {
            return "archive " + path;
        }

        @Override
        public List<String> names() {
            return npz.names();
        }

        @Override
        public String origin(String name) {
            return PathText.name(path) + "/" + name;
        }

        @Override
        public NpyFile open(String name) throws IOException {
            return npz.open(name);
        }

        @Override
        public void close() throws IOException {
            npz.close();
        }
    }
}
