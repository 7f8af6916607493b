package dev.lethe.run.store;

import dev.lethe.data.DataSet;
import dev.lethe.io.Json;
import dev.lethe.run.DataSource;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RankingSource;
import dev.lethe.run.Removal;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.tracker.History;
import dev.lethe.tracker.Sha256;
import dev.lethe.tracker.score.RunAggregate;
import dev.lethe.tracker.score.RunScores;
import dev.lethe.tracker.score.Score;
import dev.lethe.tracker.select.DifficultyScores;
import dev.lethe.tracker.select.Examples;
import dev.lethe.tracker.select.Selection;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The folder of training runs, each in a folder of its own named after a hash of its description, so that a study uses
 * the runs that others have finished. Data sets are read once. Thread-safe; several processes may share a
 * store.
 */
public final class RunStore {
    private static final int SHOWN_DIGITS = 12;

    private record Loaded(DataSet data, Sha256 fingerprint, Sha256 test, List<String> notices) {}

    private final Path folder;
    private final PlanListener listener;
    private final Map<DataSource, Loaded> loaded = new HashMap<>();
    private final Map<KeyOf, Sha256> keys = new HashMap<>();
    private final Map<Path, FinishedRun> finished = new HashMap<>();

    /**
     * Makes a store.
     *
     * @param folder folder of the runs, made when the first run begins
     * @param listener listener to notices about data sets
     */
    public RunStore(Path folder, PlanListener listener) {
        this.folder = folder;
        this.listener = listener;
    }

    /** Tells the listener what a user should hear of. */
    public void notice(String sentence) {
        listener.noticed(sentence);
    }

    /** Returns the folder that holds the runs; it need not exist. */
    public Path runs() {
        return folder;
    }

    /** Returns the data set of a run, before it is changed. */
    public DataSet data(RunSettings settings) {
        return loaded(settings).data();
    }

    /** Returns the sentences about everything in a data set's files that was passed over, converted or guessed. */
    public List<String> notices(RunSettings settings) {
        return List.copyOf(loaded(settings).notices());
    }

    private synchronized Loaded loaded(RunSettings settings) {
        return loaded.computeIfAbsent(settings.data(), source -> {
            List<String> notices = new ArrayList<>();
            DataSet data = source.load(notice -> {
                notices.add(notice);
                listener.noticed(notice);
            }, listener::noticed);
            return source instanceof DataSource.Given given
                    ? new Loaded(data, given.fingerprint(), given.testFingerprint(), notices)
                    : new Loaded(data, Sha256.ofDigest(data.fingerprint()), Sha256.ofDigest(data.testFingerprint()),
                            notices);
        });
    }

    /**
     * Forms in which runs have been described. Keys are hashes of descriptions, so a run that an earlier version left
     * is found by the form of that version.
     */
    private enum Form {
        /** Data sets in folders are known by their content alone, wherever they are. */
        PRESENT,
        /** Paths stand in the key as they were typed. */
        EARLIER
    }

    /** Returns the settings of a run by name, changes and procedure included, for its {@code config.json}. */
    public Map<String, Object> describe(RunSpec spec) throws IOException {
        return describe(spec, existing(spec).map(Existing::form).orElse(Form.PRESENT));
    }

    private Map<String, Object> describe(RunSpec spec, Form form) throws IOException {
        RunSettings settings = spec.settings();
        Map<String, Object> map = new LinkedHashMap<>(form == Form.EARLIER ? settings.asTyped() : settings.asMap());
        map.putAll(fingerprints(settings));
        map.putAll(spec.procedure().asMap());
        if (!spec.procedure().dependencies().isEmpty()) {
            map.put("tasks_ranked_by", keys(spec.procedure().dependencies(), form));
        }
        TrainingSetChanges changes = spec.changes();
        map.putAll(changes.noiseAsMap());
        if (changes.removal().isPresent()) {
            map.putAll(describe(changes.removal().get(), form));
            map.put("removed", changes.removal().get().count(data(settings).train().examples(),
                    settings.training().batch()));
        }
        return map;
    }

    /** Returns what identifies the content of a run's data set: digests of its training part and its test part. */
    public Map<String, Object> fingerprints(RunSettings settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(RunConfiguration.SOURCE_FINGERPRINT, loaded(settings).fingerprint().hex());
        map.put(RunConfiguration.TEST_FINGERPRINT, loaded(settings).test().hex());
        return map;
    }

    private Map<String, Object> describe(Removal removal, Form form) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("removal_rule", removal.rule().key());
        map.put("removed_share", removal.share());
        map.put("class_floor", removal.classFloor());
        map.put("removal_seed", removal.seed());
        map.put("ranked_by", keys(removal.ranking().runs(), form));
        if (removal.ranking() instanceof RankingSource.Imported imported) {
            map.putAll(imported.asMap());
        }
        return map;
    }

    private List<String> keys(List<RunSpec> specs, Form form) throws IOException {
        List<String> hashes = new ArrayList<>();
        for (RunSpec spec : specs) {
            hashes.add(key(spec, form).hex());
        }
        return hashes;
    }

    /**
     * Returns the hash that identifies a run: of the content of its data set and of everything that was asked of it.
     * The backend's choice of algorithms, which timings decide under {@code --conv auto}, is recorded in the run's
     * {@code config.json} and is not part of the hash.
     */
    public Sha256 key(RunSpec spec) throws IOException {
        return key(spec, existing(spec).map(Existing::form).orElse(Form.PRESENT));
    }

    private record KeyOf(RunSpec spec, Form form) {}

    private Sha256 key(RunSpec spec, Form form) throws IOException {
        KeyOf wanted = new KeyOf(spec, form);
        synchronized (keys) {
            if (!keys.containsKey(wanted)) {
                Map<String, Object> described = describe(spec, form);
                if (form == Form.PRESENT) {
                    spec.settings().locations().forEach(described::remove);
                }
                keys.put(wanted, Sha256.ofText(Json.text(described)));
            }
            return keys.get(wanted);
        }
    }

    /** A folder of a run, with the form of the description that it was found by. */
    private record Existing(Path folder, Form form) {}

    private Optional<Existing> existing(RunSpec spec) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        for (Form form : Form.values()) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*-" + shown(key(spec, form)))) {
                Iterator<Path> first = found.iterator();
                if (first.hasNext()) {
                    return Optional.of(new Existing(first.next(), form));
                }
            }
        }
        return Optional.empty();
    }

    private static String shown(Sha256 key) {
        return key.hex().substring(0, SHOWN_DIGITS);
    }

    /**
     * Returns the folder of a run, whether it exists or not. It is called by data set, label and hash, and found by the
     * hash alone.
     */
    public Path folder(RunSpec spec) throws IOException {
        Optional<Existing> existing = existing(spec);
        return existing.isPresent()
                ? existing.get().folder()
                : folder.resolve(spec.slug(data(spec.settings()).name()) + "-" + shown(key(spec, Form.PRESENT)));
    }

    /**
     * Finds a finished run that differs from another in its threads alone. Threads decide the order of sums, so such
     * runs are not the same, but a user who changed {@code --jobs} may not know that.
     *
     * @return the threads of the finished run
     */
    public OptionalInt threadsOfFinished(RunSpec spec) throws IOException {
        RunSettings settings = spec.settings();
        for (int threads = 1; threads <= Runtime.getRuntime().availableProcessors(); threads++) {
            RunSpec other = new RunSpec(settings.on(settings.backend(), threads), spec.changes(), spec.procedure());
            if (threads != settings.threads() && finished(other).isPresent()) {
                return OptionalInt.of(threads);
            }
        }
        return OptionalInt.empty();
    }

    /** Finds a run that is finished; the same object each time, so that no file is verified twice. */
    public Optional<FinishedRun> finished(RunSpec spec) throws IOException {
        Path run = folder(spec);
        synchronized (finished) {
            if (!Files.exists(run.resolve(RunManifest.NAME))) {
                finished.remove(run);
                return Optional.empty();
            }
            if (!finished.containsKey(run)) {
                finished.put(run, new FinishedRun(spec, run, key(spec).hex(), Json.normalized(describe(spec))));
            }
            return Optional.of(finished.get(run));
        }
    }

    /** Data that a run is trained and tested on. */
    public sealed interface TrainingSet {
        /** Returns the training set with its test set. */
        DataSet data();

        /** All training examples. */
        record Whole(DataSet data) implements TrainingSet {}

        /**
         * Some of the training examples.
         *
         * @param data training set of the examples that are kept, with its test set
         * @param whole training set before examples were removed
         * @param selection examples that are kept of the whole training set
         */
        record Selected(DataSet data, DataSet whole, Selection selection) implements TrainingSet {}
    }

    /** Returns the data that a run is trained on. Runs that rank its examples must be finished. */
    public TrainingSet trainingSet(RunSpec spec) throws IOException {
        DataSet changed = beforeRemoval(spec);
        Optional<Selection> selection = selection(spec, changed);
        return selection.isPresent()
                ? new TrainingSet.Selected(changed.withTrainExamples(selection.get().kept()), changed, selection.get())
                : new TrainingSet.Whole(changed);
    }

    /**
     * Reads the scores that the examples of a run are ranked by, if they are there already.
     *
     * @throws RunException when it cannot be used
     */
    public void requireRanking(RunSpec spec) throws IOException {
        Optional<Removal> removal = spec.changes().removal();
        if (removal.isPresent() && removal.get().ranking() instanceof RankingSource.Imported imported) {
            imported.read(beforeRemoval(spec), removal.get().rule().scores());
        }
    }

    private DataSet beforeRemoval(RunSpec spec) {
        return spec.changes().withNoise(data(spec.settings()));
    }

    /** Returns the selection of a run's training examples that are kept; empty if all are kept. */
    public Optional<Selection> selection(RunSpec spec) throws IOException {
        return selection(spec, beforeRemoval(spec));
    }

    private Optional<Selection> selection(RunSpec spec, DataSet data) throws IOException {
        if (spec.changes().removal().isEmpty()) {
            return Optional.empty();
        }
        Removal removal = spec.changes().removal().get();
        int[] labels = new int[data.train().examples()];
        for (int id = 0; id < labels.length; id++) {
            labels[id] = data.train().label(id);
        }
        return Optional.of(removal.rule().select(
                new Examples(labels, data.classes(), removal.classFloor(), removal.seed()), scores(removal, data),
                removal.count(labels.length, spec.settings().training().batch())));
    }

    private DifficultyScores scores(Removal removal, DataSet data) throws IOException {
        List<Score> scores = removal.rule().scores();
        return switch (removal.ranking()) {
            case RankingSource.None _ -> DifficultyScores.none();
            case RankingSource.Runs(List<RunSpec> runs) -> scores(scores, runs, data);
            case RankingSource.Imported imported -> imported.read(data, scores);
        };
    }

    /** Computes scores of runs that rank examples, whose histories are open at the same time. */
    private DifficultyScores scores(List<Score> scores, List<RunSpec> rankers, DataSet data) throws IOException {
        try (ResourceStack opening = new ResourceStack()) {
            List<History> histories = new ArrayList<>();
            for (RunSpec ranker : rankers) {
                histories.add(opening.own(ranker(ranker).history(), History::close));
            }
            requireSame(histories.getFirst().spec().fingerprint(), data);
            return DifficultyScores.of(scores, histories);
        }
    }

    /** Returns the scores of runs that rank examples, which must be those of the data. */
    public RunAggregate rankers(List<RunSpec> specs, DataSet data) throws IOException {
        List<RunScores> scores = new ArrayList<>();
        for (RunSpec ranker : specs) {
            scores.add(ranker(ranker).scores());
        }
        requireSame(scores.getFirst().fingerprint(), data);
        return RunAggregate.of(scores);
    }

    private FinishedRun ranker(RunSpec spec) throws IOException {
        return finished(spec).orElseThrow(() -> new IllegalStateException(
                "run '" + spec.label() + "' is not finished, and ranks the examples of another"));
    }

    private static void requireSame(Sha256 ranked, DataSet data) {
        Sha256 fingerprint = Sha256.ofDigest(data.fingerprint());
        if (!ranked.equals(fingerprint)) {
            throw new RunException("the ranking is of another data set, with fingerprint=" + ranked + " where "
                    + data.name() + " has " + fingerprint + ": rank by runs over the same images and labels");
        }
    }
}
