package dev.lethe.cli.study;

import dev.lethe.study.control.ChanceStudy;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lethe study chance}. */
@Command(name = ChanceStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "How often are images forgotten by chance? A control whose updates are shuffled.")
final class ChanceCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Override
    public Integer call() throws IOException {
        return options.run(ChanceStudy::new);
    }
}
