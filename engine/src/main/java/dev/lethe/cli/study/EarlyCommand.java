package dev.lethe.cli.study;

import dev.lethe.run.RankingStability;
import dev.lethe.study.agreement.EarlyStudy;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study early}. */
@Command(name = EarlyStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "After how many epochs is the ranking what it will be in the end, and where would a rule stop?")
final class EarlyCommand implements Callable<Integer> {
    @Mixin
    private StudyOptions options;

    @Option(names = "--stop-when-stable", defaultValue = "0.98", paramLabel = "CORRELATION",
            description = "The rule: stop when the ranking correlates by so much (Spearman) with that "
                    + "after four fifths "
                    + "of the epochs so far. Default: ${DEFAULT-VALUE}. lethe train --stop-when-stable follows it.")
    private double stable;

    @Override
    public Integer call() throws IOException {
        return options.run(() -> new EarlyStudy(new RankingStability(stable)));
    }
}
