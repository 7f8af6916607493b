package dev.lethe.cli.study;

import dev.lethe.cli.options.ArithmeticOptions;
import dev.lethe.cli.options.BackendOptions;
import dev.lethe.cli.options.Choices;
import dev.lethe.cli.options.DataSetOptions;
import dev.lethe.study.Preset;
import dev.lethe.cli.options.Recipe;
import dev.lethe.cli.options.RecipeOptions;
import dev.lethe.cli.terminal.Progress;
import dev.lethe.cli.terminal.Shell;
import dev.lethe.data.DataSets;
import dev.lethe.data.LabelNoise;
import dev.lethe.data.Pictures;
import dev.lethe.kernels.Backends;
import dev.lethe.model.ModelZoo;
import dev.lethe.run.NetworkSource;
import dev.lethe.run.PlanListener;
import dev.lethe.run.RunException;
import dev.lethe.run.RunSettings;
import dev.lethe.run.TrainingSetChanges;
import dev.lethe.run.store.RunStore;
import dev.lethe.study.Study;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudyRunner;
import dev.lethe.study.StudySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every study, and the execution of a study with them. */
final class StudyOptions {
    private static final Path LETHE_OUT = Path.of("lethe-out");
    private static final String RUNS = "runs";

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--preset", defaultValue = "quick", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: 3 seeds and 10 epochs (5 of airbench94), or the paper's 5 seeds "
                    + "and 200 epochs (10 of airbench94). Default: ${DEFAULT-VALUE}.")
    private Preset preset;

    @Option(names = "--seeds", paramLabel = "N",
            description = "Number of runs of each kind, with seeds 1 to N. Default: the preset's.")
    private Optional<Integer> seeds;

    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--label-noise", paramLabel = "SHARE",
            description = "Give this share of the training images a wrong label. Default: none; 0.2 for noise.")
    private Optional<Double> labelNoise;

    @Option(names = "--noise-kind", defaultValue = "symmetric", paramLabel = "KIND",
            description = "Choice of wrong labels: symmetric, any other class; pair, the next class. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String noiseKind;

    @Option(names = "--noise-seed", defaultValue = "0", paramLabel = "N",
            description = "Seed of noise in labels and pixels, the same for all runs. Default: ${DEFAULT-VALUE}.")
    private long noiseSeed;

    @Mixin
    private BackendOptions backend;

    @Mixin
    private ArithmeticOptions arithmetic;

    @Option(names = "--jobs", defaultValue = "1", paramLabel = "N",
            description = "Runs at once, which share the cores. Default: ${DEFAULT-VALUE}.")
    private int jobs;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Folder for results, figures and report. Default: lethe-out/STUDY-DATA.")
    private Optional<Path> out;

    @Option(names = "--runs", paramLabel = "DIR",
            description = "Folder of training runs: finished ones are used, and interrupted ones continued. Default: "
                    + "runs in the folder given by --out, and without --out lethe-out/runs, which all studies share.")
    private Optional<Path> runs;

    @Option(names = "--dry-run",
            description = "Print the runs that the study needs, and about how long they will take; train nothing.")
    private boolean dryRun;

    @Option(names = "--runs-only",
            description = "Train the runs that the study needs, and conclude nothing: the same command without "
                    + "--runs-only does that, here or where the folder of runs is copied to.")
    private boolean runsOnly;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Runs a study, trains its runs alone, or prints its plan.
     *
     * @param factory makes the study; it refuses impossible options with an {@link IllegalArgumentException}
     * @param noiseForAll whether all runs have the wrong labels that are asked for; not where the study itself decides
     *        which runs have them
     */
    int run(Supplier<Study> factory, boolean noiseForAll) throws IOException {
        if (!Pictures.possible() && !runsOnly && !dryRun) {
            throw new RunException(Pictures.LEFT_OUT + ", which a study draws: train its runs with --runs-only, and "
                    + "conclude it where Lethe has figures");
        }
        Study study;
        StudySettings settings;
        try {
            Choices.requireKnown(dataSet.data(), backend.name());
            recipe.fit(dataSet.images(), usual -> usual.epochs(preset), spec.commandLine().getOut()::println);
            study = factory.get();
            settings = settings(noiseForAll);
            study.runs(settings); // for what it refuses
        } catch (IllegalArgumentException | DataSets.UnknownDataSetException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter to = spec.commandLine().getOut();
        PlanListener listener = jobs > 1 ? Progress.inLines(to) : Progress.forThisTerminal(to);
        RunStore store = new RunStore(
                runs.orElseGet(() -> out.map(given -> given.resolve(RUNS)).orElse(LETHE_OUT.resolve(RUNS))), listener);
        StudyRunner runner = new StudyRunner(study, settings, store, listener);
        if (dryRun) {
            PlanPrinter.print(to, runner.plan(), store, jobs);
        } else if (runsOnly) {
            printTrained(to, runner.train(jobs), store, settings.run());
        } else {
            Path folder = out.orElseGet(() -> LETHE_OUT.resolve(study.name() + "-" + dataSet.title()));
            printConcluded(to, runner.run(folder, jobs, command()), folder);
        }
        to.flush();
        return CommandLine.ExitCode.OK;
    }

    private static void printTrained(PrintWriter to, int finished, RunStore store, RunSettings settings) {
        to.printf("finished runs: %d, in %s; for what comes out, run the same command without --runs-only, elsewhere "
                + "with --backend %s --threads %d --runs and a copy of that folder%n", finished, store.runs(),
                settings.backend(), settings.threads());
    }

    private static void printConcluded(PrintWriter to, StudyOutcome outcome, Path folder) {
        to.println();
        outcome.summary().forEach(to::println);
        to.println("Report: " + folder.resolve("report.html"));
    }

    /**
     * Returns settings of runs of another network on the same data, by its own recipe and with the preset's epochs.
     *
     * @throws IllegalArgumentException naming the networks where there is none of that name
     */
    RunSettings runSettings(String model) {
        ModelZoo.requireKnown(model);
        return runSettings(model, Recipe.of(model).epochs(preset));
    }

    /**
     * Returns settings of runs of another network on the same data, by its own recipe.
     *
     * @throws IllegalArgumentException naming the networks where there is none of that name
     */
    RunSettings runSettings(String model, int epochs) {
        ModelZoo.requireKnown(model);
        return runSettings().withNetwork(NetworkSource.of(model), Recipe.of(model).config(1, epochs));
    }

    /** Returns the length and number of runs. */
    Preset preset() {
        return preset;
    }

    /** Returns the seed of noise in labels and pixels. */
    long noiseSeed() {
        return noiseSeed;
    }

    private RunSettings runSettings() {
        return new RunSettings(dataSet.source(), NetworkSource.of(recipe.model()),
                recipe.config(1, recipe.recipe().epochs(preset)), backendName(), threads(), arithmetic.arithmetic());
    }

    private StudySettings settings(boolean withNoise) {
        LabelNoise.Kind.parse(noiseKind); // also where there is no noise for it
        Optional<LabelNoise> noise = labelNoise.filter(_ -> withNoise).map(this::noise);
        return new StudySettings(runSettings(), seeds.orElse(preset.seeds()),
                noise.map(TrainingSetChanges.NONE::with).orElse(TrainingSetChanges.NONE));
    }

    private LabelNoise noise(double share) {
        return new LabelNoise(LabelNoise.Kind.parse(noiseKind), share, noiseSeed);
    }

    /** Returns whether a share of wrong labels was given. */
    boolean hasLabelNoise() {
        return labelNoise.isPresent();
    }

    /** Returns the wrong labels that were asked for, with a share where none was given. */
    LabelNoise labelNoise(double shareOtherwise) {
        return noise(labelNoise.orElse(shareOtherwise));
    }

    /** Returns the backend that will run, so that runs of {@code auto} and of its name are the same. */
    private String backendName() {
        return backend.name().equals(Backends.AUTO) ? Backends.choose(Backends.AUTO).name() : backend.name();
    }

    /** Jobs share the cores. */
    private int threads() {
        int cores = Runtime.getRuntime().availableProcessors();
        if (jobs < 1 || jobs > cores) {
            throw new IllegalArgumentException("jobs=" + jobs + ": choose between 1 and " + cores
                    + ", the cores of this machine");
        }
        int threads = backend.givenThreads().orElse(cores / jobs);
        if (jobs > 1 && (long) jobs * threads > cores) {
            throw new IllegalArgumentException("jobs=" + jobs + " of threads=" + threads + " do not fit on " + cores
                    + " cores: choose fewer of either");
        }
        return threads;
    }

    /** Returns the command as it was typed. */
    private String command() {
        StringBuilder command = new StringBuilder("./lethe");
        CommandLine root = spec.commandLine();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        for (String argument : root.getParseResult().originalArgs()) {
            command.append(' ').append(Shell.quoted(argument));
        }
        return command.toString();
    }
}
