package dev.lethe.study.agreement;

import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.study.MeanWithInterval;
import dev.lethe.tracker.rank.CorrelationCoefficient;
import dev.lethe.study.OptionValue;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOption;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRequest;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudySubject;
import dev.lethe.study.StudyType;
import dev.lethe.tracker.rank.Detection;
import dev.lethe.tracker.score.ForgettingScores;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Study of whether networks agree on which examples are forgotten, whatever their seed and architecture: Toneva et al.,
 * ICLR 2019, section 4.
 */
public final class StabilityStudy implements Study {
    private static final StudyOption<String> AGAINST = StudyOption.of("--against", "MODEL",
            OptionValue.NETWORK,
            "Another network to compare with, trained by its own recipe.");
    private static final StudyOption<Integer> AGAINST_EPOCHS = StudyOption.of("--against-epochs", "N",
            OptionValue.WHOLE_NUMBER, "Epochs of its runs. Default: the preset's for that model.");

    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("stability",
            "Do networks agree on which images are forgotten, whatever their seed and architecture? Correlates seeds, "
                    + "and lets the ranking of some runs, or of another network, find what the others forget.",
            List.of(AGAINST, AGAINST_EPOCHS), StabilityStudy::of);

    private final @Nullable RunSettings other; // null for a study of one network

    /** Makes a study of one network. */
    public StabilityStudy() {
        this.other = null;
    }

    /**
     * Makes a study of two networks.
     *
     * @param other settings of runs of the network to compare with, whatever their seed
     */
    public StabilityStudy(RunSettings other) {
        this.other = Objects.requireNonNull(other, "other");
    }

    private static StabilityStudy of(StudyRequest request) {
        Optional<String> against = request.find(AGAINST);
        Optional<Integer> epochs = request.find(AGAINST_EPOCHS);
        if (epochs.isPresent() && against.isEmpty()) {
            throw new IllegalArgumentException("--against-epochs=" + epochs.get()
                    + " is of the network of --against: give that too");
        }
        return against.map(model -> new StabilityStudy(epochs.map(number -> request.network(model, number))
                .orElseGet(() -> request.network(model)))).orElseGet(StabilityStudy::new);
    }

    private Optional<RunSettings> other() {
        return Optional.ofNullable(other);
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        Map<String, Object> map = new LinkedHashMap<>();
        other().ifPresent(run -> {
            map.put("against", run.model());
            map.putAll(run.network().layersAs("against_layers"));
            map.put("against_epochs", run.training().epochs());
        });
        return map;
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        if (settings.seeds() < 2) {
            throw new IllegalArgumentException("seeds=" + settings.seeds() + ": stability compares at least 2");
        }
        if (other != null && settings.with(other).specs().equals(settings.specs())) {
            throw new IllegalArgumentException("against=" + other.model() + " is the network that is trained, by "
                    + "the same recipe: compare with another");
        }
        List<RunSpec> runs = new ArrayList<>(settings.specs());
        other().ifPresent(run -> runs.addAll(settings.with(run).specs()));
        return runs;
    }

    /**
     * Results of the study: {@code results.json}.
     *
     * @param data name of the data set
     * @param model network of the zoo
     * @param epochs epochs of each run
     * @param seeds number of runs of each network
     * @param pearson correlation of forgetting events between seeds, over the examples that both learned
     * @param pearsonOfSums correlation between the sums of two halves of the runs, over ways to halve them; null for
     *        fewer than 4 runs
     * @param unforgettable share of the examples that are unforgettable in the first 1, 2, 3, ... runs
     * @param against the other network; null where there is none
     * @param pearsonBetweenNetworks correlation of the sums of events of both networks; NaN where there is no other
     * @param averagePrecisionOfOther average precision of the other network's ranking for the examples that the second
     *        half of this network's runs forgets; NaN where there is no other network
     * @param averagePrecisionOfSeeds average precision of the ranking by the first half of this network's runs for the
     *        same examples; NaN where all or none are forgotten
     */
    public record Results(String data, String model, int epochs, int seeds, MeanWithInterval pearson,
            @Nullable MeanWithInterval pearsonOfSums, List<Double> unforgettable, @Nullable String against,
            double pearsonBetweenNetworks, double averagePrecisionOfOther,
            double averagePrecisionOfSeeds) {}

    /**
     * Scores of both networks.
     *
     * @param runs runs of the network that the study is about, two or more
     * @param others as many runs of the other network; none where there is no other
     */
    record Networks(List<RunScores> runs, List<RunScores> others) {
        List<ForgettingScores> events() {
            return runs.stream().map(RunScores::forgetting).toList();
        }

        /** Returns how well the first half of the runs finds the examples that the second half forgets. */
        Optional<Detection> bySeeds() {
            return detection(firstHalf(runs));
        }

        /** Returns how well as many runs of the other network find the same examples. */
        Optional<Detection> byOther() {
            return others.isEmpty() ? Optional.empty() : detection(firstHalf(others));
        }

        private static List<RunScores> firstHalf(List<RunScores> all) {
            return all.subList(0, all.size() / 2);
        }

        /** Ranks for the second half; empty where that forgets or never learns all examples, or none. */
        private Optional<Detection> detection(List<RunScores> rankers) {
            RunAggregate truth = RunAggregate.of(runs.subList(runs.size() / 2, runs.size()));
            BitSet forgotten = new BitSet();
            IntStream.range(0, truth.examples()).filter(id -> !truth.unforgettable(id)).forEach(forgotten::set);
            int count = forgotten.cardinality();
            return count == 0 || count == truth.examples()
                    ? Optional.empty()
                    : Optional.of(Detection.of(Score.NEVER_LEARNED_LAST.hardness(RunAggregate.of(rankers)),
                            forgotten));
        }

        private List<Double> unforgettable() {
            return IntStream.rangeClosed(1, runs.size()).mapToObj(n -> RunAggregate.of(runs.subList(0, n)))
                    .map(aggregate -> (double) aggregate.unforgettableCount() / aggregate.examples()).toList();
        }

        private double pearsonBetween() {
            return others.isEmpty()
                    ? Double.NaN
                    : CorrelationCoefficient.PEARSON.of(RunAggregate.of(runs), RunAggregate.of(others));
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext context) throws IOException {
        List<RunScores> others = other != null
                ? context.scores(context.settings().with(other).specs())
                : List.of();
        return conclude(context.subject(), new Networks(context.scores(context.settings().specs()), others));
    }

    StudyOutcome conclude(StudySubject subject, Networks networks) {
        Results results = new Results(subject.data(), subject.model(), subject.epochs(), subject.seeds(),
                MeanWithInterval.ofPairs(networks.events()), MeanWithInterval.ofHalves(networks.runs()),
                networks.unforgettable(),
                other().map(RunSettings::model).orElse(null), networks.pearsonBetween(),
                networks.byOther().map(Detection::averagePrecision).orElse(Double.NaN),
                networks.bySeeds().map(Detection::averagePrecision).orElse(Double.NaN));
        return new StabilityReport(subject, results).outcome(networks);
    }
}
