package dev.lethe.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.lethe.data.NamedDataSet;
import dev.lethe.data.Pictures;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.host.CacheFolder;
import dev.lethe.kernels.host.ConvolutionTimings;
import dev.lethe.kernels.host.Processor;
import dev.lethe.kernels.simd.Floats;
import dev.lethe.run.store.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lethe doctor}: what this machine offers, and what is missing. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
        description = "Show what Lethe finds on this machine, and what to do about what it does not.")
final class DoctorCommand implements Callable<Integer> {
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        line(out, "Lethe", Provenance.version());
        line(out, "Java", System.getProperty("java.vm.vendor") + " " + Runtime.version() + " in "
                + System.getProperty("java.home"));
        line(out, "Flags", String.join(" ", Provenance.flags()));
        line(out, "Processor", Processor.name() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        line(out, "Features", String.join(" ", Processor.features()));
        line(out, "Vector API", Floats.lanes() + " floats a vector");
        line(out, "Memory", memory());
        line(out, "Huge pages", hugePages());
        for (BackendProvider provider : Backends.providers()) {
            line(out, "Backend " + provider.name(), switch (provider.availability()) {
                case Available(String details) -> "available: " + details;
                case Unavailable(String reason, String remedy) -> "not available: " + reason + "; " + remedy;
            });
        }
        line(out, "auto chooses",
                Backends.best().map(BackendProvider::name).orElse("nothing: no backend can run here"));
        convolutions(out);
        leftOut(out);
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    /** Prints the algorithms that {@code --conv auto} has found fastest here so far, and the file that keeps them. */
    private static void convolutions(PrintWriter out) {
        Path file = ConvolutionTimings.defaultFile();
        List<String> lines = new ConvolutionTimings(file).lines(Processor.model() + ", ");
        line(out, "Convolutions", lines.isEmpty()
                ? "none timed yet: --conv auto does so when it first meets one, and keeps the times in " + file
                : lines.size() + " timed, in " + file + ", milliseconds:");
        lines.forEach(entry -> out.println("  " + entry.replace("\t", "; ")));
    }

    /** Prints the parts that this Lethe was packed without; backends have named themselves. */
    private static void leftOut(PrintWriter out) {
        if (!Pictures.possible()) {
            line(out, "Figures", Pictures.LEFT_OUT + ": studies train with --runs-only, pictures are not read");
        }
        if (!NamedDataSet.MNIST.embedded()) {
            Path cache = CacheFolder.current();
            line(out, "MNIST", NamedDataSet.MNIST.folder(cache).map(Path::toString)
                    .orElseGet(() -> NamedDataSet.MNIST.howToGet(cache)));
        }
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("%-18s %s%n", what, value);
    }

    private static String memory() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return "%s, %s free; Java heap at most %s".formatted(MemoryUse.text(system.getTotalMemorySize()),
                MemoryUse.text(system.getFreeMemorySize()), MemoryUse.text(Runtime.getRuntime().maxMemory()));
    }

    private static String hugePages() {
        if (!Files.isReadable(HUGE_PAGES)) {
            return "this system does not tell";
        }
        try {
            String modes = Files.readString(HUGE_PAGES).strip();
            return modes.contains("[never]")
                    ? "off, which slows down the first use of memory: write madvise to " + HUGE_PAGES
                    : modes.substring(modes.indexOf('[') + 1, modes.indexOf(']'));
        } catch (IOException e) {
            return HUGE_PAGES + " cannot be read: " + e.getMessage();
        }
    }
}
