package dev.lethe.study.removal;

import dev.lethe.data.DataSet;
import dev.lethe.run.RankingFile;
import dev.lethe.run.RankingOrder;
import dev.lethe.run.RankingSource;
import dev.lethe.run.RunSpec;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRequest;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.RemovalRule;
import dev.lethe.tracker.select.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Study of how much of the training set can be left out: networks are trained anew without the examples that rules
 * remove. Toneva et al., ICLR 2019, section 6.
 */
public final class RemovalStudy implements Study {
    private static final StudyOption<String> RULES = StudyOption
            .of("--rules", "RULE", OptionValue.TEXT,
                    "Which images are removed: easiest:SCORE (with forgetting, the least forgotten), hardest:SCORE, "
                            + "random, "
                            + "block:SCORE:START or coverage:SCORE:SHARE, where SCORE is one of "
                            + String.join(", ", RemovalRule.scoreNames())
                            + ".")
            .with(StudyOption.Arity.SEVERAL).byDefault("easiest:forgetting,random");
    private static final StudyOption<Double> BLOCK_STARTS = StudyOption
            .of("--block-starts", "SHARE", OptionValue.NUMBER,
                    "Where blocks to be removed, each alone, begin in the order from the least to the most forgotten.")
            .with(StudyOption.Arity.SEVERAL_OR_NONE).byDefault("0,0.25,0.5,0.75,0.9");
    private static final StudyOption<Double> BLOCK_SHARE = StudyOption
            .of("--block-share", "SHARE", OptionValue.NUMBER, "Share of the training images in a block.")
            .byDefault("0.1");
    private static final StudyOption<Path> RANKING = StudyOption.of("--ranking", "FILE", OptionValue.FILE,
            "Remove by the scores of a history.lethe, .csv or .npy, not by those of runs on all images.");
    private static final StudyOption<String> RANKING_COLUMN = StudyOption.of("--ranking-column", "NAME",
            OptionValue.TEXT, "The column of a .csv to rank by. Default: " + RankingFile.FORGETTING_EVENTS + ".");
    private static final StudyOption<String> RANKING_ORDER = StudyOption.of("--ranking-order", "ORDER",
            OptionValue.TEXT,
            "Order of the scores of a .csv or .npy: hard-first, larger values mean harder images; easy-first, larger "
                    + "values mean easier images. Default: what is known of columns such as forgetting_events, el2n, "
                    + "loss, margin, aum, confidence or label_quality; hard-first for a .npy. Needed for a column of "
                    + "another name.");

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("removal",
            "How much of the training set can be left out? Trains without the images that are forgotten least, without "
                    + "as many at random, and without blocks of neighbours in the order of forgetting.",
            Stream.concat(RemovalOptions.OPTIONS.stream(), Stream.of(RULES, BLOCK_STARTS, BLOCK_SHARE, RANKING,
                    RANKING_COLUMN, RANKING_ORDER)).toList(),
            RemovalStudy::of);

    private final RemovalOptions options;
    private final List<RemovalRule> rules;
    private final Blocks blocks;
    private final RankingSource.@Nullable Imported scores; // null for those of the runs on all examples

    /**
     * Blocks of neighbours in the order of the ranking.
     *
     * @param starts first ranks of the blocks, as shares of the order from the easiest to the hardest example, each in
     *        [0, 1); empty for no blocks
     * @param share part of the training set in each block
     */
    public record Blocks(List<Double> starts, double share) {
        /** Refuses impossible values by a sentence that names them. */
        public Blocks {
            starts = starts.stream().sorted().distinct().toList();
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("block share=" + share + ": it lies in (0, 1), as in 0.1");
            }
            starts.forEach(Blocks::rule); // refuses what cannot be
        }

        private static RemovalRule rule(double start) {
            return RemovalRule.block(Score.NEVER_LEARNED_LAST, start);
        }
    }

    private static RemovalStudy of(StudyRequest request) {
        Optional<RankingOrder> order = request.find(RANKING_ORDER).map(RankingOrder::parse);
        Optional<Path> path = request.find(RANKING);
        for (StudyOption<String> option : List.of(RANKING_COLUMN, RANKING_ORDER)) {
            if (request.find(option).isPresent() && path.isEmpty()) {
                throw new IllegalArgumentException(option.name() + " " + request.value(option)
                        + " is of the scores of --ranking: give that too, or leave it out");
            }
        }
        String column = request.find(RANKING_COLUMN).orElse(RankingFile.FORGETTING_EVENTS);
        Optional<RankingFile> ranking = path.map(file -> new RankingFile(file, column));
        return new RemovalStudy(RemovalOptions.of(request),
                request.values(RULES).stream().map(RemovalRule::parse).toList(),
                new Blocks(request.values(BLOCK_STARTS), request.value(BLOCK_SHARE)),
                ranking.map(file -> new RankingSource.File(order.map(file::in).orElse(file))).orElse(null));
    }

    /**
     * Makes a study that ranks by the runs on all examples.
     *
     * @param options shares to remove, and how
     * @param rules rules that remove; at least one
     * @param blocks blocks that are removed, each alone
     */
    public RemovalStudy(RemovalOptions options, List<RemovalRule> rules, Blocks blocks) {
        this(options, rules, blocks, null);
    }

    /**
     * Makes a study that ranks by scores that are there already, or by the runs on all examples.
     *
     * @param options shares to remove, and how
     * @param rules rules that remove; at least one
     * @param blocks blocks that are removed, each alone
     * @param scores scores to remove by, or null for those of the runs on all examples
     */
    public RemovalStudy(RemovalOptions options, List<RemovalRule> rules, Blocks blocks,
            RankingSource.@Nullable Imported scores) {
        this.options = options;
        this.rules = rules.stream().distinct().toList();
        this.blocks = blocks;
        this.scores = scores;
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("rules=[]: give at least one, as in easiest:forgetting");
        }
        if (scores != null && blocks.starts().isEmpty() && rules.stream().noneMatch(RemovalRule::needsScores)) {
            throw new IllegalArgumentException("ranking=" + scores.name() + " is looked at by no rule of "
                    + this.rules.stream().map(RemovalRule::text).toList()
                    + ": leave it out, or add a rule such as easiest:forgetting");
        }
    }

    @Override
    public void requireFits(DataSet data) {
        int examples = data.train().examples();
        if (blocks.starts().size() > examples) {
            throw new IllegalArgumentException(blocks.starts().size() + " blocks are more than the " + examples
                    + " images: choose fewer block starts");
        }
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("shares", options.shares());
        map.put("rules", rules.stream().map(RemovalRule::key).toList());
        map.put("protocol", options.protocol().toString());
        map.put("class_floor", options.classFloor());
        map.put("block_starts", blocks.starts());
        map.put("block_share", blocks.share());
        imported().ifPresent(ranking -> map.putAll(ranking.asStudyOptions()));
        return map;
    }

    /** Returns the scores to remove by; empty for those of the runs on all examples. */
    private Optional<RankingSource.Imported> imported() {
        return Optional.ofNullable(scores);
    }

    private RemovalArm arm(String name, RemovalRule rule, StudySettings settings) {
        return imported().map(ranking -> RemovalArm.rankedBy(name, rule, ranking))
                .orElseGet(() -> RemovalArm.rankedByRuns(name, rule, settings.specs()));
    }

    private List<RemovalArm> arms(StudySettings settings) {
        return rules.stream().map(rule -> arm(rule.text(), rule, settings)).toList();
    }

    /** Returns the runs of all seeds without a block. */
    private List<RunSpec> block(double start, StudySettings settings) {
        return arm("block", Blocks.rule(start), settings).specs(settings, options, blocks.share());
    }

    /** Returns the runs of all seeds without as many examples as a block has. */
    private List<RunSpec> randomBlock(StudySettings settings) {
        return RemovalArm.random().specs(settings, options, blocks.share());
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        runs.addAll(RemovalArm.specs(arms(settings), settings, options));
        if (!blocks.starts().isEmpty()) {
            blocks.starts().forEach(start -> runs.addAll(block(start, settings)));
            runs.addAll(randomBlock(settings));
        }
        return runs;
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        RemovalResults.Accuracy none = RemovalArm.accuracy(context, settings.specs());
        RunAggregate ranking = RunAggregate.of(context.scores(settings.specs()));
        return RemovalReport.of("Removal: ", new RemovalResults(context.dataName(), settings.run().model(),
                imported().map(RankingSource.Imported::name).orElse(settings.run().model()), rankingSource(),
                ranking.examples(), settings.run().training().epochs(), settings.seeds(),
                options.protocol().toString(), options.classFloor(), none,
                RemovalArm.measure(arms(settings), context, options, none), measureBlocks(context, ranking),
                blocks.starts().isEmpty() ? null : RemovalArm.accuracy(context, randomBlock(settings))));
    }

    private List<RemovalResults.Block> measureBlocks(StudyContext context, RunAggregate ranking) throws IOException {
        List<RemovalResults.Block> measured = new ArrayList<>();
        for (double start : blocks.starts()) {
            List<RunSpec> runs = block(start, context.settings());
            List<Selection> selections = new ArrayList<>();
            for (RunSpec run : runs) {
                selections.add(context.store().selection(run).orElseThrow());
            }
            measured.add(RemovalResults.Block.of(start, selections, ranking, RemovalArm.accuracy(context, runs)));
        }
        return measured;
    }

    private RemovalResults.RankingSource rankingSource() {
        return switch (scores) {
            case null -> RemovalResults.RankingSource.RUNS;
            case RankingSource.Values _ -> RemovalResults.RankingSource.OWN_SCORES;
            case RankingSource.File file when file.isByForgetting() -> RemovalResults.RankingSource.FORGETTING_FILE;
            case RankingSource.File _ -> RemovalResults.RankingSource.OTHER_FILE;
        };
    }
}
