package dev.lethe.study;

import dev.lethe.io.AtomicFiles;
import dev.lethe.io.Json;
import dev.lethe.report.Block;
import dev.lethe.report.DrawingLibraries;
import dev.lethe.report.Figure;
import dev.lethe.report.Paragraph;
import dev.lethe.report.Report;
import dev.lethe.report.ReportContent;
import dev.lethe.report.Section;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RankingSource;
import dev.lethe.run.Removal;
import dev.lethe.run.RunException;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSpec;
import dev.lethe.run.execute.PlanCheck;
import dev.lethe.run.execute.PlanExecutor;
import dev.lethe.run.store.FinishedRuns;
import dev.lethe.run.store.OutputFolder;
import dev.lethe.run.store.RunConfiguration;
import dev.lethe.run.store.RunStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Execution of a study: plans it, trains the runs that are not finished, and writes the results. */
public final class StudyRunner {
    private final Study study;
    private final StudySettings settings;
    private final RunStore store;
    private final PlanListener listener;

    /**
     * Makes a runner.
     *
     * @param study study to run
     * @param settings settings of its runs
     * @param store folder of runs
     * @param listener listener of the runs
     */
    public StudyRunner(Study study, StudySettings settings, RunStore store, PlanListener listener) {
        this.study = study;
        this.settings = settings;
        this.store = store;
        this.listener = listener;
    }

    /**
     * Returns the runs of the study, and all that they depend on.
     *
     * @throws IllegalArgumentException when the study cannot be done with its settings, or a run cannot be trained on
     *         its data
     * @throws dev.lethe.run.RunException when a ranking cannot be used
     */
    public RunPlan plan() throws IOException {
        List<RunSpec> runs = study.runs(settings);
        Optional<RunSpec> ranked = runs.stream()
                .filter(run -> run.changes().removal().map(Removal::ranking)
                        .filter(RankingSource.Imported.class::isInstance).isPresent())
                .findFirst();
        if (ranked.isPresent()) {
            store.requireRanking(ranked.get());
        }
        study.requireFits(store.data(settings.run()));
        RunPlan plan = RunPlan.of(runs);
        new PlanCheck(store, settings.run()).require(plan);
        return plan;
    }

    /**
     * Runs the study.
     *
     * @param out folder for {@code results.json}, {@code report.html}, {@code figures/} and other files of the study
     * @param jobs number of runs at once
     * @param command command line that repeats it
     * @throws dev.lethe.run.RunException when the libraries that draw figures are missing, or the folder cannot be used
     */
    public StudyOutcome run(Path out, int jobs, String command) throws IOException {
        DrawingLibraries.missing().ifPresent(sentence -> { // now, and not when all runs are trained
            throw new RunException(sentence + ", or train the runs alone with train()");
        });
        for (RunSpec run : study.runs(settings)) {
            OutputFolder.requireApart(out, store.runs(), run.settings());
        }
        RunPlan plan = plan();
        OutputFolder.claim(out, identity(), store.runs());
        FinishedRuns finished = new PlanExecutor(store, jobs, listener).execute(plan);
        StudyOutcome outcome = study.conclude(new StudyContext(settings, store, finished));
        try (Closeable _ = OutputFolder.lock(out)) { // another process may conclude the same study
            write(outcome, out, command, finished.get(plan.runs().getFirst()).provenance());
        }
        return outcome;
    }

    /**
     * Trains the runs of the study that are not finished, and concludes nothing from them.
     *
     * @param jobs number of runs at once
     * @return the number of runs of the study, all finished
     */
    public int train(int jobs) throws IOException {
        for (RunSpec run : study.runs(settings)) {
            OutputFolder.requireRunsApart(store.runs(), run.settings());
        }
        return new PlanExecutor(store, jobs, listener).execute(plan()).bySpec().size();
    }

    private Map<String, Object> identity() {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("study", study.name());
        identity.putAll(settings.asMap());
        identity.putAll(store.fingerprints(settings.run()));
        identity.putAll(study.options());
        return identity;
    }

    private void write(StudyOutcome outcome, Path out, String command, Map<?, ?> provenance) throws IOException {
        List<Section> sections = new ArrayList<>(outcome.sections());
        if (!outcome.claims().isEmpty()) {
            sections.addFirst(Section.of("The paper and this study", Claims.table(outcome.claims())));
        }
        if (!store.notices(settings.run()).isEmpty()) {
            sections.add(dataNotices(store.notices(settings.run())));
        }
        writeFigures(sections.stream().flatMap(Section::figures).toList(), out.resolve(OutputFolder.FIGURES));
        for (Map.Entry<String, StudyOutcome.FileContent> file : outcome.files().entrySet()) {
            file.getValue().write(out.resolve(file.getKey()));
        }
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("study", study.name());
        results.put("command", command);
        results.putAll(Json.toMap(outcome.results()));
        results.put("claims", outcome.claims());
        results.put("settings", identity());
        List<String> notices = store.notices(settings.run());
        results.put(RunConfiguration.NOTICES, notices);
        results.put("provenance", provenance);
        Json.write(out.resolve("results.json"), results);
        Map<String, String> shown = new LinkedHashMap<>();
        provenance.forEach((name, value) -> shown.put(name.toString().replace('_', ' '), value.toString()));
        AtomicFiles.write(out.resolve("report.html"), Report.html(new ReportContent(outcome.title(), command,
                outcome.finding(), outcome.facts(), sections, shown)));
    }

    private static Section dataNotices(List<String> notices) {
        return new Section("The data set as it was read",
                notices.stream().map(notice -> Block.note(Paragraph.of(notice))).toList());
    }

    private static void writeFigures(List<Figure> figures, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Figure figure : figures) {
            AtomicFiles.write(folder.resolve(figure.id() + ".csv"), figure.csv());
            AtomicFiles.write(folder.resolve(figure.id() + ".svg"), figure.svgFile());
            AtomicFiles.write(folder.resolve(figure.id() + ".png"), figure.png());
        }
    }
}
