package dev.lethe.cli;

import dev.lethe.cli.options.Choices;
import dev.lethe.cli.terminal.DownloadProgress;
import dev.lethe.data.DataSetException;
import dev.lethe.data.NamedDataSet;
import dev.lethe.data.fetch.DataSetFetch;
import dev.lethe.data.fetch.Publication;
import dev.lethe.kernels.host.CacheFolder;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe data fetch}. */
@Command(name = "fetch", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Download a data set from its authors' site. A download that was cut off is continued.")
final class DataFetchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", completionCandidates = Choices.PublishedNames.class,
            description = "${COMPLETION-CANDIDATES}.")
    private String name;

    @Option(names = "--to", paramLabel = "FOLDER",
            description = "Folder that receives the data set's folder. Default: $$LETHE_CACHE, or else "
                    + "$$XDG_CACHE_HOME/lethe, or else ~/.cache/lethe, where --data NAME looks.")
    private Optional<Path> to;

    @Option(names = "--from", paramLabel = "URL",
            description = "Address of the files on a mirror instead of the authors' site, with a slash at its end.")
    private Optional<URI> from;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path folder = to.orElseGet(CacheFolder::current);
        Optional<NamedDataSet> unpublished = NamedDataSet.of(name).filter(_ -> Publication.of(name).isEmpty());
        if (unpublished.isPresent()) {
            NamedDataSet named = unpublished.get();
            if (!named.embedded() && named.folder(folder).isEmpty()) {
                throw new DataSetException(name + " is not downloaded, and " + named.howToGet(folder));
            }
            out.println(name + (named.embedded()
                    ? " is part of Lethe"
                    : " was already in " + named.folder(folder).orElseThrow()) + ": use it with --data " + name);
            return CommandLine.ExitCode.OK;
        }
        Publication publication = publication();
        DataSetFetch.Fetched fetched = DataSetFetch.fetch(publication, folder, DownloadProgress.forThisTerminal(out));
        out.println(name + (fetched.before()
                ? " was already in " + fetched.folder() + " (delete it to fetch it again)"
                : " is in " + fetched.folder()) + ": use it with --data "
                + (to.isEmpty() ? name : fetched.folder()));
        return CommandLine.ExitCode.OK;
    }

    private Publication publication() {
        Publication publication = Publication.of(name).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "unknown data set '" + name + "': choose " + String.join(", ", new Choices.PublishedNames())));
        try {
            return from.map(publication::from).orElse(publication);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--from: " + e.getMessage(), e);
        }
    }
}
