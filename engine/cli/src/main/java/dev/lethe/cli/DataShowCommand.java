package dev.lethe.cli;

import dev.lethe.cli.options.Choices;
import dev.lethe.cli.options.ReadingOptions;
import dev.lethe.cli.options.RecipeOptions;
import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.data.DataSets;
import dev.lethe.data.ExampleTables;
import dev.lethe.data.ImageSet;
import dev.lethe.data.Pictures;
import dev.lethe.report.ContactSheet;
import dev.lethe.run.RunException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lethe data show}. */
@Command(name = "show", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Read a data set and say what is in it, or what is wrong with it.")
final class DataShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME|DIR|FILE", completionCandidates = Choices.DataNames.class,
            description = "${COMPLETION-CANDIDATES}, or a folder, an archive of arrays or a table of images.")
    private String data;

    @Option(names = "--examples", paramLabel = "FILE",
            description = "Also write a table of all images: id, file, class, and training or test image.")
    private @Nullable Path examples;

    @Option(names = "--sheet", paramLabel = "FILE",
            description = "Also draw some training images of every class, as PNG.")
    private @Nullable Path sheet;

    @Mixin
    private ReadingOptions reading;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (sheet != null && !Pictures.possible()) {
            throw new RunException(Pictures.LEFT_OUT + ": leave out --sheet, or take a pack that has them");
        }
        DataSet shown = DataSets.load(data, options(), out::println);
        line(out, "name", shown.name());
        line(out, "train", images(shown.train()));
        line(out, "test", images(shown.test()));
        line(out, "classes", classes(shown));
        line(out, "mean", shown.normalization().mean().toString());
        line(out, "std", shown.normalization().std().toString());
        List<String> duplicates = DuplicateImages.of(shown);
        line(out, "duplicates", duplicates.isEmpty() ? "none" : String.join("; ", duplicates));
        line(out, "fitting", RecipeOptions.fitting(shown));
        line(out, "fingerprint", shown.fingerprintHex());
        if (examples != null) {
            ExampleTables.write(examples, shown);
            line(out, "examples", examples.toString());
        }
        if (sheet != null) {
            ContactSheet.write(sheet, shown);
            line(out, "sheet", sheet.toString());
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    /** Reads the options, and finds all that can be wrong with the command line. */
    private DataOptions options() {
        try {
            DataSets.requireKnown(data);
            return reading.chosen();
        } catch (IllegalArgumentException | DataSets.UnknownDataSetException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void line(PrintWriter out, String what, String value) {
        out.printf("%-12s %s%n", what, value);
    }

    private static String images(ImageSet images) {
        return String.format(Locale.ROOT, "%,d images, height %d, width %d, channels %d", images.examples(),
                images.height(), images.width(), images.channels());
    }

    /** Returns the names of the classes, each with its number of training images. */
    private static String classes(DataSet data) {
        long[] counts = new long[data.classes()];
        IntStream.range(0, data.train().examples()).map(data.train()::label).forEach(label -> counts[label]++);
        return IntStream.range(0, counts.length).mapToObj(label -> data.classNames().get(label) + " " + counts[label])
                .collect(Collectors.joining(", "));
    }
}
