package dev.lethe.cli.study;

import dev.lethe.cli.options.Preset;
import dev.lethe.study.control.ContinualStudy;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study continual}. */
@Command(name = ContinualStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Are forgettable images those that are lost when a network turns to others? "
                + "Trains on two tasks in "
                + "turn, divided at random and by forgetting.")
final class ContinualCommand implements Callable<Integer> {
    static final int ROUNDS = 3;
    static final int EPOCHS = 20;
    private static final int QUICK_EXAMPLES = 1000;
    private static final int PAPER_EXAMPLES = 5000;

    @Mixin
    private StudyOptions options;

    @Option(names = "--task-examples", paramLabel = "N",
            description = "Images in each task. Default: 1000; 5000 with --preset paper.")
    private Optional<Integer> examples;

    @Option(names = "--task-epochs", defaultValue = "" + EPOCHS, paramLabel = "N",
            description = "Epochs on a task before the other comes. Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(names = "--rounds", defaultValue = "" + ROUNDS, paramLabel = "N",
            description = "How often each task comes. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        return options.run(() -> new ContinualStudy(
                examples.orElse(examples(options.preset())), rounds, epochs));
    }

    static int examples(Preset preset) {
        return preset == Preset.PAPER ? PAPER_EXAMPLES : QUICK_EXAMPLES;
    }
}
