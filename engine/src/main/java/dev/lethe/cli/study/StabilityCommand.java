package dev.lethe.cli.study;

import dev.lethe.cli.options.Choices;
import dev.lethe.study.Study;
import dev.lethe.study.agreement.StabilityStudy;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study stability}. */
@Command(name = StabilityStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Do networks agree on which images are forgotten, whatever their seed and architecture?")
final class StabilityCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Option(names = "--against", paramLabel = "MODEL", completionCandidates = Choices.ModelNames.class,
            description = "Another network to compare with, trained by its own recipe: ${COMPLETION-CANDIDATES}.")
    private Optional<String> against;

    @Option(names = "--against-epochs", paramLabel = "N",
            description = "Epochs of its runs. Default: the preset's for that model.")
    private Optional<Integer> epochs;

    @Override
    public Integer call() throws IOException {
        return options.run(this::study);
    }

    private Study study() {
        if (epochs.isPresent() && against.isEmpty()) {
            throw new IllegalArgumentException("--against-epochs=" + epochs.get()
                    + " is of the network of --against: give that too");
        }
        return new StabilityStudy(against.map(model -> options.runSettings(model, epochs)));
    }
}
