package dev.lethe.cli;

import dev.lethe.data.CacheFolder;
import dev.lethe.data.NamedDataSet;
import dev.lethe.data.fetch.DataSetFetch;
import dev.lethe.data.fetch.Publication;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
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
        description = "Download a data set from its authors' site. A download that was cut off goes on.")
final class DataFetchCommand implements Callable<Integer> {
    /** What can be fetched, for help and completion. */
    static final class FetchNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Publication.all().stream().map(Publication::name).iterator();
        }
    }

    @Parameters(paramLabel = "NAME", completionCandidates = FetchNames.class,
            description = "${COMPLETION-CANDIDATES}.")
    private String name;

    @Option(names = "--to", paramLabel = "FOLDER",
            description = "Receives the data set's folder. Default: $$LETHE_CACHE, or else $$XDG_CACHE_HOME/lethe, or "
                    + "else ~/.cache/lethe, where --data NAME looks.")
    private Optional<Path> to;

    @Option(names = "--from", paramLabel = "URL",
            description = "A mirror instead of the authors' site: where the files are, with a slash at its end.")
    private Optional<URI> from;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Publication publication = publication();
        Path folder = to.orElseGet(CacheFolder::current);
        DataSetFetch.Fetched fetched = DataSetFetch.fetch(publication, folder, DownloadProgress.forThisTerminal(out));
        out.println(name + (fetched.before()
                ? " was already in " + fetched.folder() + " (delete it to fetch it again)"
                : " is in " + fetched.folder()) + ": use it with --data "
                + (isFoundByName() ? name : fetched.folder()));
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private Publication publication() {
        Publication publication = Publication.of(name).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "unknown data set '" + name + "': choose " + String.join(", ", new FetchNames())));
        try {
            return from.map(publication::from).orElse(publication);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--from: " + e.getMessage(), e);
        }
    }

    private boolean isFoundByName() {
        return NamedDataSet.of(name).filter(named -> !named.embedded() && to.isEmpty()).isPresent();
    }
}
