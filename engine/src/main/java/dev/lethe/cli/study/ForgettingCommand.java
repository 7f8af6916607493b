package dev.lethe.cli.study;

import dev.lethe.study.forgetting.ForgettingStudy;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lethe study forgetting}. */
@Command(name = ForgettingStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Which training examples are learned and never forgotten? "
                + "Trains with several seeds, tracks every presentation, writes scores and a report.")
final class ForgettingCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Override
    public Integer call() throws IOException {
        return options.run(ForgettingStudy::new);
    }
}
