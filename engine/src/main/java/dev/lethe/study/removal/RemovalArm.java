package dev.lethe.study.removal;

import dev.lethe.run.RankingFile;
import dev.lethe.run.Removal;
import dev.lethe.run.RunSpec;
import dev.lethe.study.StudySettings;
import dev.lethe.tracker.select.RemovalRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * One way to remove examples, with any share and seed.
 *
 * @param name for people
 * @param rule which are removed
 * @param rankedBy runs whose scores it looks at, as far as it looks at any
 * @param ranking scores in their place
 */
record RemovalArm(String name, RemovalRule rule, List<RunSpec> rankedBy, Optional<RankingFile> ranking) {
    RemovalArm {
        rankedBy = rule.needsScores() && ranking.isEmpty() ? List.copyOf(rankedBy) : List.of();
        ranking = rule.needsScores() ? ranking : Optional.empty();
    }

    /** Returns the model whose runs rank, or the file that does; null where the rule looks at no scores. */
    String ranker() {
        return ranking.map(file -> file.path().toString())
                .orElseGet(() -> rankedBy.isEmpty() ? null : rankedBy.getFirst().settings().model());
    }

    /** The runs of all seeds with a share removed. */
    List<RunSpec> specs(StudySettings settings, RemovalOptions options, double share) {
        return LongStream.rangeClosed(1, settings.seeds()).mapToObj(seed -> spec(settings, options, share, seed))
                .toList();
    }

    private RunSpec spec(StudySettings settings, RemovalOptions options, double share, long seed) {
        RunSpec whole = settings.spec(seed);
        RunSpec trained = options.protocol() == RemovalOptions.Protocol.ITERATIONS
                ? new RunSpec(whole.settings().withTraining(whole.settings().training().stretched(1 / (1 - share))),
                        whole.changes(), whole.procedure())
                : whole;
        return trained.with(whole.changes()
                .with(new Removal(rule, share, options.classFloor(), seed, rankedBy, ranking)));
    }
}
