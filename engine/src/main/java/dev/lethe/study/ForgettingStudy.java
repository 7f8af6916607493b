package dev.lethe.study;

import dev.lethe.data.DataOptions;
import dev.lethe.data.DataSet;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.Backends;
import dev.lethe.model.ModelZoo;
import dev.lethe.model.Network;
import dev.lethe.report.ForgettingReport;
import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.TrackerSpec;
import dev.lethe.tracker.interchange.ScoreTable;
import dev.lethe.tracker.score.Correlation;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.train.EpochMetrics;
import dev.lethe.train.TrackerSink;
import dev.lethe.train.Trainer;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which training examples does a network never forget? Trains the same network with several seeds, tracks every
 * presentation, and writes scores, results and a report: Toneva et al., ICLR 2019, section 4.
 */
public final class ForgettingStudy {
    /** The name of the study on the command line. */
    public static final String NAME = "forgetting";

    private final StudySettings settings;
    private final StudyListener listener;

    public ForgettingStudy(StudySettings settings, StudyListener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Runs the study.
     *
     * @param out receives {@code results.json}, {@code scores.csv}, {@code report.html} and {@code runs/seed-N/}
     * @throws StudyException when the folder cannot be used
     * @throws dev.lethe.train.NonFiniteLossException when a run diverges; what it had committed is kept
     */
    public ForgettingResults run(Path out) throws IOException {
        DataSet data = settings.load(listener);
        Network network = ModelZoo.create(settings.model(), data.classes());
        try (Backend backend = Backends.open(settings.backend(), settings.threads())) {
            Trainer.requireFits(data, settings.training());
            StudyFolder folder = StudyFolder.claim(out, settings.asMap());
            Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
            List<TrackedRun> runs = new ArrayList<>();
            for (int run = 1; run <= settings.seeds(); run++) {
                runs.add(run(backend, network, data, fingerprint, run, folder));
            }
            return write(folder, data, fingerprint, backend.info(), runs);
        }
    }

    private TrackedRun run(Backend backend, Network network, DataSet data, Sha256 fingerprint, int run,
            StudyFolder folder) throws IOException {
        TrainingConfig training = settings.training().withSeed(run);
        Path runFolder = folder.run(training.seed());
        try (Trainer trainer = new Trainer(backend, network, data, training, settings.arithmetic())) {
            String config = Json
                    .text(RunConfiguration.of(settings.withSeed(run), fingerprint, backend.info(), trainer));
            AtomicFiles.write(runFolder.resolve("config.json"), config);
            MetricsCsv csv = MetricsCsv.create(runFolder.resolve("metrics.csv"));
            TrackerSpec spec = new TrackerSpec(data.train().examples(), training.epochs(),
                    fingerprint, Sha256.ofText(config));
            try (StudyListener.RunListener watcher = listener.runStarted(training.seed(), run, settings.seeds());
                    ForgettingTracker tracker = ForgettingTracker.create(runFolder.resolve("history.lethe"), spec)) {
                List<EpochMetrics> epochs = train(trainer, new TrackerSink(tracker), watcher, csv);
                try (History history = tracker.history()) {
                    return new TrackedRun(training.seed(), trainer.kernels(), trainer.activations(),
                            trainer.convolutions(), epochs,
                            RunScores.of(history),
                            trainer.presentations().predictedByExample());
                }
            }
        }
    }

    private List<EpochMetrics> train(Trainer trainer, TrackerSink sink, TrainingListener watcher, MetricsCsv csv)
            throws IOException {
        List<EpochMetrics> epochs = new ArrayList<>();
        for (int epoch = 0; epoch < settings.training().epochs(); epoch++) {
            epochs.add(trainer.trainEpoch(sink, watcher));
            csv.append(epochs.getLast());
        }
        return epochs;
    }

    /** The paper's figures, null where it has none for these data. */
    private ForgettingResults.Paper paper() {
        boolean asPublished = settings.dataOptions().equals(DataOptions.NONE);
        return asPublished ? ForgettingResults.Paper.of(settings.data()).orElse(null) : null;
    }

    private ForgettingResults write(StudyFolder folder, DataSet data, Sha256 fingerprint, BackendInfo backend,
            List<TrackedRun> runs) throws IOException {
        RunAggregate aggregate = RunAggregate.of(runs.stream().map(TrackedRun::scores).toList());
        List<ForgettingResults.Seed> seeds = runs.stream().map(TrackedRun::summary).toList();
        double pearson = Correlation.meanPearson(runs.stream().map(run -> run.scores().forgetting()).toList());
        ForgettingResults results = new ForgettingResults(NAME, data.name(), settings.model(), backend.name(),
                data.train().examples(), settings.training().epochs(), settings.seeds(),
                (double) aggregate.unforgettableCount() / aggregate.examples(),
                seeds.stream().mapToDouble(ForgettingResults.Seed::meanEvents).average().orElseThrow(),
                Double.isNaN(pearson) ? null : pearson, seeds, paper(),
                Provenance.of(fingerprint, backend, runs.getFirst()));
        ScoreTable.of(aggregate).withLabels(data.train()::label).writeCsv(folder.file("scores.csv"));
        Json.write(folder.file("results.json"), results);
        AtomicFiles.write(folder.file("report.html"),
                ForgettingReport.html(ReportContents.of(settings, results, data, aggregate, runs)));
        return results;
    }
}
