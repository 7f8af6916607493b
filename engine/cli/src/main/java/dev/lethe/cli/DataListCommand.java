package dev.lethe.cli;

import dev.lethe.data.NamedDataSet;
import dev.lethe.data.fetch.Publication;
import dev.lethe.kernels.host.CacheFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lethe data list}. */
@Command(name = "list", mixinStandardHelpOptions = true,
        description = "List the data sets that have a name, and their places.")
final class DataListCommand implements Callable<Integer> {
    private static final double MB = 1e6;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path cache = CacheFolder.current();
        for (NamedDataSet named : NamedDataSet.values()) {
            out.printf("%-15s %s%n", named.title(), where(named, cache));
        }
        out.println("Any folder of IDX files, CIFAR's binary files, NumPy arrays or images is a data set too.");
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private static String where(NamedDataSet named, Path cache) {
        if (named.embedded()) {
            return "part of Lethe";
        }
        return named.folder(cache).map(Path::toString)
                .orElseGet(() -> "not here: " + Publication.of(named.title())
                        .map(publication -> String.format(Locale.ROOT, "./lethe data fetch %s (%.0f MB)",
                                named.title(), publication.bytes() / MB))
                        .orElseGet(() -> named.howToGet(cache)));
    }
}
