package dev.lethe.cli.options;

import dev.lethe.data.DataSets;
import dev.lethe.data.fetch.Publication;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.Backends;
import dev.lethe.model.ModelZoo;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The names that options take, for help, completion and checks. */
public final class Choices {
    private Choices() {}

    /** Names of the data sets. */
    public static final class DataNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return DataSets.names().iterator();
        }
    }

    /** Names of the data sets that can be downloaded. */
    public static final class PublishedNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Publication.all().stream().map(Publication::name).iterator();
        }
    }

    /** Names of the models. */
    public static final class ModelNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return ModelZoo.names().iterator();
        }
    }

    /** Names of the backends. */
    static final class BackendNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return backends().iterator();
        }
    }

    private static List<String> backends() {
        return Stream.concat(Stream.of(Backends.AUTO), Backends.providers().stream().map(BackendProvider::name))
                .toList();
    }

    /**
     * Verifies the names of a command line.
     *
     * @throws IllegalArgumentException naming the choices of a model or backend
     * @throws DataSets.UnknownDataSetException naming those of a data set
     */
    public static void requireKnown(String data, String backend) {
        DataSets.requireKnown(data);
        requireBackend(backend);
    }

    /** Verifies the name of a backend. */
    public static void requireBackend(String backend) {
        if (!backends().contains(backend)) {
            throw new IllegalArgumentException(
                    "unknown --backend '" + backend + "': choose " + String.join(", ", backends()));
        }
    }
}
