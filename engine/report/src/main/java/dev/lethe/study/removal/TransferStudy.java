package dev.lethe.study.removal;

import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRequest;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Study of whether the ranking of one network prunes the training set of another: a network is trained without the
 * examples that its own runs forget least, and without those that the runs of another network forget least. Toneva et
 * al., ICLR 2019, section 6.
 */
public final class TransferStudy implements Study {
    private static final StudyOption<String> FROM = StudyOption.of("--from", "MODEL",
            OptionValue.NETWORK,
            "The network whose runs rank the images, trained by its own recipe.").with(StudyOption.Arity.REQUIRED);
    private static final StudyOption<Integer> FROM_EPOCHS = StudyOption.of("--from-epochs", "N",
            OptionValue.WHOLE_NUMBER, "Epochs of these runs. Default: the preset's for that model.");

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("transfer",
            "Does the ranking of one network prune the training set of another?",
            Stream.concat(Stream.of(FROM, FROM_EPOCHS), RemovalOptions.OPTIONS.stream()).toList(), TransferStudy::of);

    private final RemovalOptions options;
    private final RunSettings ranker;

    private static TransferStudy of(StudyRequest request) {
        String from = request.value(FROM);
        return new TransferStudy(RemovalOptions.of(request), request.find(FROM_EPOCHS)
                .map(epochs -> request.network(from, epochs)).orElseGet(() -> request.network(from)));
    }

    /**
     * Makes a study of two networks.
     *
     * @param options shares to remove, and how
     * @param ranker settings of runs of the network that ranks, whatever their seed
     */
    public TransferStudy(RemovalOptions options, RunSettings ranker) {
        this.options = options;
        this.ranker = ranker;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("shares", options.shares());
        map.put("protocol", options.protocol().toString());
        map.put("class_floor", options.classFloor());
        map.put("from", ranker.model());
        map.putAll(ranker.network().layersAs("from_layers"));
        map.put("from_epochs", ranker.training().epochs());
        return map;
    }

    private List<RemovalArm> arms(StudySettings settings) {
        return List.of(
                RemovalArm.rankedByRuns("ranked by " + ranker.model(), RemovalRule.LEAST_FORGOTTEN,
                        settings.with(ranker).specs()),
                RemovalArm.rankedByRuns("ranked by itself, " + settings.run().model(), RemovalRule.LEAST_FORGOTTEN,
                        settings.specs()),
                RemovalArm.random());
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        if (ranker.network().equals(settings.run().network())) {
            throw new IllegalArgumentException("--from " + ranker.model() + " is the model that is trained: choose "
                    + "another, or the removal study");
        }
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        runs.addAll(RemovalArm.specs(arms(settings), settings, options));
        return runs;
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        StudySettings settings = context.settings();
        RemovalResults.Accuracy none = RemovalArm.accuracy(context, settings.specs());
        return RemovalReport.of("Transfer: ", new RemovalResults(context.dataName(), settings.run().model(),
                ranker.model(), RemovalResults.RankingSource.RUNS, context.data().train().examples(),
                settings.run().training().epochs(), settings.seeds(), options.protocol().toString(),
                options.classFloor(), none, RemovalArm.measure(arms(settings), context, options, none), List.of(),
                null));
    }
}
