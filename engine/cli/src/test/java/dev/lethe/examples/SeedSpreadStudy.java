package dev.lethe.examples;

import dev.lethe.report.Paragraph;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyProvider;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import java.io.IOException;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;

// @start region="study"
/** Study of how far the test accuracy depends on the seed. */
public final class SeedSpreadStudy implements Study {
    private static final StudyType TYPE = new StudyType("seed-spread",
            "How far does the test accuracy depend on the seed?", List.of(), _ -> new SeedSpreadStudy());

    /** Provider that makes the study a command, {@code lethe study seed-spread}. */
    public static final class Provider implements StudyProvider {
        @Override
        public List<StudyType> studies() {
            return List.of(TYPE);
        }
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return settings.specs(); // a tracked run of each seed
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        DoubleSummaryStatistics accuracies = Arrays.stream(context.accuracies(runs(context.settings())))
                .summaryStatistics();
        return StudyOutcome.of("Spread over seeds: " + context.subject().title(),
                Map.of("least", accuracies.getMin(), "most", accuracies.getMax()),
                Paragraph.of("Test accuracies lie ").strong(accuracies.getMax() - accuracies.getMin() + " apart")
                        .plain("."));
    }
}
// @end
