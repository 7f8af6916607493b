package dev.lethe.cli.study;

import dev.lethe.cli.options.Choices;
import dev.lethe.study.Study;
import dev.lethe.study.removal.TransferStudy;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study transfer}. */
@Command(name = TransferStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Does the ranking of one network prune the training set of another?")
final class TransferCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Mixin
    private RemovalCommandOptions removal;

    @Option(names = "--from", required = true, paramLabel = "MODEL",
            completionCandidates = Choices.ModelNames.class,
            description = "Whose runs rank the images, trained by the recipe of that model: ${COMPLETION-CANDIDATES}.")
    private String from;

    @Option(names = "--from-epochs", paramLabel = "N",
            description = "Epochs of these runs. Default: the preset's for that model.")
    private Optional<Integer> fromEpochs;

    @Override
    public Integer call() throws IOException {
        return options.run(this::study);
    }

    private Study study() {
        return new TransferStudy(removal.options(), options.runSettings(from, fromEpochs));
    }
}
