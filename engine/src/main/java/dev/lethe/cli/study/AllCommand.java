package dev.lethe.cli.study;

import dev.lethe.run.RankingStability;
import dev.lethe.study.CompositeStudy;
import dev.lethe.study.Study;
import dev.lethe.study.agreement.AssociationStudy;
import dev.lethe.study.agreement.EarlyStudy;
import dev.lethe.study.agreement.StabilityStudy;
import dev.lethe.study.control.ChanceStudy;
import dev.lethe.study.control.ContinualStudy;
import dev.lethe.study.forgetting.ForgettingStudy;
import dev.lethe.study.noise.NoiseStudy;
import dev.lethe.study.noise.PixelNoiseStudy;
import dev.lethe.study.removal.RemovalStudy;
import dev.lethe.tracker.select.RemovalRule;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lethe study all}. */
@Command(name = CompositeStudy.NAME, mixinStandardHelpOptions = true, sortOptions = false,
        description = "Several studies in one report, with a table of what the paper says and what came out here. Each "
                + "study has its usual options; runs are shared.")
final class AllCommand implements Callable<Integer> {
    private static final List<Double> DEVIATIONS = List.of(0.5, 1.0, 2.0, 10.0);
    private static final List<Double> BLOCKS = List.of(0.0, 0.25, 0.5, 0.75, 0.9);
    private static final double BLOCK_SHARE = 0.1;

    @Mixin
    private StudyOptions options;

    @Mixin
    private RemovalCommandOptions removal;

    @Option(names = "--studies", split = ",", paramLabel = "NAME",
            defaultValue = "forgetting,stability,first-learned,margin,early,noise,removal",
            description = "forgetting, stability, first-learned, margin, early, noise, removal, chance, continual, "
                    + "pixel-noise. Default: ${DEFAULT-VALUE}.")
    private List<String> names;

    @Override
    public Integer call() throws IOException {
        return options.run(() -> {
            if (options.hasLabelNoise() && !names.contains(NoiseStudy.NAME)) {
                throw new IllegalArgumentException("--label-noise is for the noise study here, which is not among "
                        + names + ": add it, or run the studies one by one");
            }
            return new CompositeStudy(names.stream().distinct().map(this::study).toList());
        }, false);
    }

    private Study study(String name) {
        Map<String, Supplier<Study>> studies = new LinkedHashMap<>();
        studies.put(ForgettingStudy.NAME, ForgettingStudy::new);
        studies.put(StabilityStudy.NAME, () -> new StabilityStudy(Optional.empty()));
        studies.put("first-learned", () -> new AssociationStudy(AssociationStudy.Other.FIRST_LEARNED));
        studies.put("margin", () -> new AssociationStudy(AssociationStudy.Other.MARGIN));
        studies.put(EarlyStudy.NAME, () -> new EarlyStudy(new RankingStability(RankingStability.USUAL)));
        studies.put(NoiseStudy.NAME, () -> new NoiseStudy(options.labelNoise(NoiseStudy.USUAL_SHARE)));
        studies.put(RemovalStudy.NAME,
                () -> new RemovalStudy(removal.options(), List.of(RemovalRule.LEAST_FORGOTTEN, RemovalRule.RANDOM),
                        new RemovalStudy.Blocks(BLOCKS, BLOCK_SHARE), Optional.empty()));
        studies.put(ChanceStudy.NAME, ChanceStudy::new);
        studies.put(ContinualStudy.NAME, () -> new ContinualStudy(ContinualCommand.examples(options.preset()),
                ContinualCommand.ROUNDS, ContinualCommand.EPOCHS));
        studies.put(PixelNoiseStudy.NAME, () -> new PixelNoiseStudy(DEVIATIONS, options.noiseSeed()));
        if (!studies.containsKey(name)) {
            throw new IllegalArgumentException(
                    "unknown study '" + name + "': choose " + String.join(", ", studies.keySet()));
        }
        return studies.get(name).get();
    }
}
