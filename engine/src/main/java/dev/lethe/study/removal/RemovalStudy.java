package dev.lethe.study.removal;

import dev.lethe.data.DataSet;
import dev.lethe.run.RankingFile;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.select.Difficulty;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How much of the training set can be left out? Networks are trained anew without the examples that rules remove:
 * Toneva et al., ICLR 2019, section 6.
 */
public final class RemovalStudy implements Study {
    /** On the command line. */
    public static final String NAME = "removal";

    private final RemovalOptions options;
    private final List<RemovalRule> rules;
    private final Blocks blocks;
    private final Optional<RankingFile> ranking;

    /**
     * Blocks of neighbours in the order of forgetting.
     *
     * @param starts where they begin, as shares of the order from the least to the most forgotten, each in [0, 1);
     *        empty for no blocks
     * @param share of the training set in each
     */
    public record Blocks(List<Double> starts, double share) {
        public Blocks {
            starts = starts.stream().sorted().distinct().toList();
            if (!(share > 0 && share < 1)) {
                throw new IllegalArgumentException("block share=" + share + ": it lies in (0, 1), as in 0.1");
            }
            starts.forEach(start -> new RemovalRule.Block(Difficulty.FORGETTING, start)); // refuses what cannot be
        }
    }

    /**
     * A removal study.
     *
     * @param rules that remove, each once; at least one
     * @param ranking scores to remove by, instead of those of the runs on all examples
     */
    public RemovalStudy(RemovalOptions options, List<RemovalRule> rules, Blocks blocks,
            Optional<RankingFile> ranking) {
        this.options = options;
        this.rules = rules.stream().distinct().toList();
        this.blocks = blocks;
        this.ranking = ranking;
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("rules=[]: give at least one, as in easiest:forgetting");
        }
        if (ranking.isPresent() && blocks.starts().isEmpty() && rules.stream().noneMatch(RemovalRule::needsScores)) {
            throw new IllegalArgumentException("ranking=" + ranking.get().path() + " is looked at by no rule of "
                    + this.rules + ": leave it out, or add a rule such as easiest:forgetting");
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
        return NAME;
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("shares", options.shares());
        map.put("rules", rules.stream().map(RemovalRule::key).toList());
        map.put("protocol", options.protocol());
        map.put("class_floor", options.classFloor());
        map.put("block_starts", blocks.starts());
        map.put("block_share", blocks.share());
        ranking.ifPresent(file -> map.putAll(file.asStudyOptions()));
        return map;
    }

    private List<RemovalArm> arms(StudySettings settings) {
        return rules.stream().map(rule -> new RemovalArm(rule.toString(), rule, settings.specs(), ranking)).toList();
    }

    private RemovalArm block(StudySettings settings, double start) {
        return new RemovalArm("block", new RemovalRule.Block(Difficulty.FORGETTING, start), settings.specs(), ranking);
    }

    private static RemovalArm random() {
        return new RemovalArm("random", RemovalRule.RANDOM, List.of(), Optional.empty());
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        for (RemovalArm arm : arms(settings)) {
            options.shares().forEach(share -> runs.addAll(arm.specs(settings, options, share)));
        }
        if (!blocks.starts().isEmpty()) {
            blocks.starts().forEach(start -> runs.addAll(block(settings, start).specs(settings, options,
                    blocks.share())));
            runs.addAll(random().specs(settings, options, blocks.share()));
        }
        return runs;
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        RemovalMeasures measures = new RemovalMeasures(context, options);
        AccuracyPoint none = measures.accuracy(settings.specs());
        List<RemovalResults.Arm> arms = new ArrayList<>();
        for (RemovalArm arm : arms(settings)) {
            arms.add(measures.arm(arm, none));
        }
        RunAggregate aggregate = RunAggregate.of(context.scores(settings.specs()));
        List<RemovalResults.Block> removed = new ArrayList<>();
        for (double start : blocks.starts()) {
            removed.add(measures.block(block(settings, start), blocks.share(), aggregate));
        }
        AccuracyPoint random = removed.isEmpty()
                ? null
                : measures.accuracy(random().specs(settings, options, blocks.share()));
        RemovalResults results = new RemovalResults(context.data().name(), settings.run().model(),
                ranking.map(file -> file.path().toString()).orElse(settings.run().model()),
                rankingSource(), aggregate.examples(),
                settings.run().training().epochs(), settings.seeds(), options.protocol(), options.classFloor(), none,
                arms, removed, random);
        return RemovalReport.of("Removal: ", results);
    }

    private RemovalResults.RankingSource rankingSource() {
        if (ranking.isEmpty()) {
            return RemovalResults.RankingSource.RUNS;
        }
        return ranking.get().isByForgetting()
                ? RemovalResults.RankingSource.FORGETTING_FILE
                : RemovalResults.RankingSource.OTHER_FILE;
    }
}
