package dev.lethe.cli.options;

import dev.lethe.data.DataOptions;
import dev.lethe.run.DataSource;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options for the data set, of every command that trains. */
public final class DataSetOptions {
    @Option(names = "--data", defaultValue = "mnist", paramLabel = "NAME|DIR",
            completionCandidates = Choices.DataNames.class,
            description = "${COMPLETION-CANDIDATES}, or a folder of IDX files, CIFAR's files, NumPy arrays "
                    + "or images (train/CLASS/*.png, test/CLASS/...), or an archive of arrays (.npz), or a table of "
                    + "images (file,label in .csv, .tsv, .jsonl); "
                    + "lethe data show says what is in it. Default: ${DEFAULT-VALUE}.")
    private String data;

    @Mixin
    private ReadingOptions reading;

    /** Returns the name of the data set, or its folder. */
    public String data() {
        return data;
    }

    /** Returns the data set with the options for reading it. */
    public DataSource source() {
        return DataSource.of(data, reading.chosen());
    }

    /** Returns the data set with its own labels, for its sizes. */
    public DataSource images() {
        return DataSource.of(data, DataOptions.NONE.withImages(reading.chosen().images()));
    }

    /** Returns the name of the data set, or the last part of its folder's path, for the names of results. */
    public String title() {
        return String.valueOf(Path.of(data).toAbsolutePath().normalize().getFileName());
    }
}
