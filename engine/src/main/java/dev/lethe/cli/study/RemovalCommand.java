package dev.lethe.cli.study;

import dev.lethe.run.RankingFile;
import dev.lethe.run.RankingOrder;
import dev.lethe.study.Study;
import dev.lethe.study.removal.RemovalStudy;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study removal}. */
@Command(name = RemovalStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "How much of the training set can be left out? Trains without the images that are forgotten "
                + "least, without as many at random, and without blocks of neighbours in the order of forgetting.")
final class RemovalCommand implements Callable<Integer> {
    private static final List<Double> DEFAULT_STARTS = List.of(0.0, 0.25, 0.5, 0.75, 0.9);

    @Mixin
    private StudyOptions options;

    @Mixin
    private RemovalCommandOptions removal;

    @Option(names = "--rules", split = ",", paramLabel = "RULE", defaultValue = "easiest:forgetting,random",
            description = "Which images are removed: easiest:SCORE (with forgetting: the least forgotten), "
                    + "hardest:SCORE, random, block:SCORE:START or coverage:SCORE:SHARE, with forgetting, margin, "
                    + "el2n, confidence or loss. "
                    + "Default: ${DEFAULT-VALUE}.")
    private List<String> rules;

    @Option(names = "--block-starts", split = ",", arity = "0..1", fallbackValue = "", paramLabel = "SHARE",
            description = "Where blocks to be removed, each alone, begin in the order from the least to the most "
                    + "forgotten. Default: 0,0.25,0.5,0.75,0.9; with no value, no blocks.")
    private List<Double> starts = DEFAULT_STARTS;

    @Option(names = "--block-share", defaultValue = "0.1", paramLabel = "SHARE",
            description = "Of the training images, in a block. Default: ${DEFAULT-VALUE}.")
    private double blockShare;

    @Option(names = "--ranking", paramLabel = "FILE",
            description = "Remove by the scores of a history.lethe, .csv or .npy, not by those of runs on all images.")
    private Optional<Path> ranking;

    @Option(names = "--ranking-column", paramLabel = "NAME",
            description = "The column of a .csv to rank by. Default: " + RankingFile.FORGETTING_EVENTS + ".")
    private Optional<String> column;

    @Option(names = "--ranking-order", paramLabel = "ORDER",
            description = "Of the scores of a .csv or .npy: hard-first, larger values mean harder images; easy-first, "
                    + "larger values mean easier images. Default: what is known of columns such as forgetting_events, "
                    + "el2n, loss, margin, aum, confidence or label_quality; hard-first for a .npy. Needed for a "
                    + "column of another name.")
    private Optional<String> order;

    @Override
    public Integer call() throws IOException {
        return options.run(this::study);
    }

    private Study study() {
        Optional<RankingOrder> known = order.map(RankingOrder::parse);
        column.ifPresent(name -> requireRanking("--ranking-column " + name));
        order.ifPresent(text -> requireRanking("--ranking-order " + text));
        return new RemovalStudy(removal.options(), rules.stream().map(RemovalRule::parse).toList(),
                new RemovalStudy.Blocks(starts, blockShare), ranking.map(file -> new RankingFile(file,
                        column.orElse(RankingFile.FORGETTING_EVENTS), known)));
    }

    private void requireRanking(String option) {
        if (ranking.isEmpty()) {
            throw new IllegalArgumentException(option + " is of the scores of --ranking: give that too, or leave it "
                    + "out");
        }
    }
}
