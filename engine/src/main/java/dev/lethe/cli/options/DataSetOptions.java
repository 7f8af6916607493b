package dev.lethe.cli.options;

import dev.lethe.data.DataOptions;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is learned from: options of every command that trains. */
public final class DataSetOptions {
    @Option(names = "--data", defaultValue = "mnist", paramLabel = "NAME|DIR",
            completionCandidates = Choices.DataNames.class,
            description = "${COMPLETION-CANDIDATES}, or a folder of IDX files, CIFAR's binary files, NumPy arrays "
                    + "or images (train/CLASS/*.png, test/CLASS/...); lethe data show says what is in it. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String data;

    @Mixin
    private ReadingOptions reading;

    /** Name or folder. */
    public String data() {
        return data;
    }

    /** How it is read; as {@link ReadingOptions#chosen}. */
    public DataOptions reading() {
        return reading.chosen();
    }

    /** The last part of a folder's path, or the name: what results are called by. */
    public String title() {
        return String.valueOf(Path.of(data).toAbsolutePath().normalize().getFileName());
    }
}
