package dev.lethe.cli;

import dev.lethe.pack.ArchiveFormat;
import dev.lethe.pack.Benchmarks;
import dev.lethe.pack.OptionalContent;
import dev.lethe.pack.Pack;
import dev.lethe.run.store.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** {@code lethe pack}. */
@Command(name = "pack", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Write one archive with its own Java runtime: where it is unpacked, ./lethe runs without Java.")
final class PackCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;

    @Option(names = "--cuda", description = "Add the bindings of CUDA, cuBLAS, cuDNN and NVRTC (not these libraries).")
    private boolean cuda;

    @Option(names = "--without", split = ",", paramLabel = "PART",
            description = "Leave out, for a smaller archive: mnist (its images; --data mnist reads them from the cache "
                    + "folder), figures (studies only train, with --runs-only; no pictures are read), cpu (oneDNN; "
                    + "only with --cuda).")
    private Set<OptionalContent> without = Set.of();

    @Option(names = "--bench", paramLabel = "FOLDER",
            description = "Add the benchmarks of a checkout that was built, from its folder bench: the pack then has "
                    + "./lethe bench and bench/gpu.sh.")
    private Optional<Path> bench;

    @Option(names = "--out", paramLabel = "FILE",
            description = "A .tar.xz or .tar.gz file. Default: lethe-out/lethe-VERSION-PLATFORM.tar.xz.")
    private Optional<Path> out;

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter to = spec.commandLine().getOut();
        Pack pack = pack();
        ArchiveFormat format = out.map(this::formatOf).orElse(ArchiveFormat.XZ);
        Path file = out.orElseGet(() -> Path.of("lethe-out", pack.fileName() + format.suffix()));
        pack.write(file, format, force, step -> {
            to.println(step);
            to.flush();
        });
        to.printf(Locale.ROOT, "%s: %.0f MB; unpack it with tar xf, then run ./lethe in its folder%n", file,
                Files.size(file) / MEGABYTE);
        to.flush();
        return CommandLine.ExitCode.OK;
    }

    private Pack pack() {
        try {
            Pack pack = Pack.ofThisLethe(Provenance.version(), cuda, without);
            return bench.map(Benchmarks::new).map(pack::with).orElse(pack);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private ArchiveFormat formatOf(Path file) {
        return ArchiveFormat.of(file).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "--out: '" + file + "' ends neither in .tar.xz nor in .tar.gz"));
    }
}
