package dev.lethe.study.noise;

import dev.lethe.data.DataSet;
import dev.lethe.data.LabelNoise;
import dev.lethe.run.RunSpec;
import dev.lethe.study.Study;
import dev.lethe.study.StudyContext;
import dev.lethe.study.StudyOutcome;
import dev.lethe.study.StudySettings;
import dev.lethe.study.StudyType;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Study of whether examples with a wrong label are forgotten more, and whether they can be found: labels are made wrong
 * on purpose, networks trained on them, and others on the right ones. Toneva et al., ICLR 2019, section 5; scores as
 * detectors of wrong labels are compared as by Pleiss et al., NeurIPS 2020.
 */
public final class NoiseStudy implements Study {
    /** The study on the command line. */
    public static final StudyType TYPE = new StudyType("noise",
            "Are images with a wrong label forgotten more, and which score finds them? Gives a fifth of the training "
                    + "images a wrong label (or the share of --label-noise), trains on these and on the right ones, "
                    + "and compares.",
            List.of(), true, request -> new NoiseStudy(request.labelNoise(NoiseStudy.USUAL_SHARE)));
    /** Share of wrong labels in the paper. */
    private static final double USUAL_SHARE = 0.2;

    private final LabelNoise noise;

    /**
     * Makes a study of wrong labels.
     *
     * @param noise wrong labels to put in
     */
    public NoiseStudy(LabelNoise noise) {
        this.noise = noise;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Map<String, Object> options() {
        return noise.asMap();
    }

    private StudySettings noisy(StudySettings settings) {
        return settings.with(settings.changes().with(noise));
    }

    @Override
    public List<RunSpec> runs(StudySettings settings) {
        return Stream.concat(noisy(settings).specs().stream(), settings.specs().stream()).toList();
    }

    @Override
    public void requireFits(DataSet data) {
        int examples = data.train().examples();
        if (noise.wrong(examples).cardinality() == examples) {
            throw new IllegalArgumentException("label noise share=" + noise.share() + " makes all " + examples
                    + " labels wrong: choose a smaller share, so that some are right to be told from them");
        }
    }

    @Override
    public StudyOutcome conclude(StudyContext clean) throws IOException {
        StudyContext noisy = clean.with(noisy(clean.settings()));
        List<RunSpec> noisySpecs = noisy.settings().specs();
        List<RunSpec> cleanSpecs = clean.settings().specs();
        DataSet data = noisy.data();
        NoiseRuns runs = new NoiseRuns(noisy.scores(noisySpecs), clean.scores(cleanSpecs), noisy.weightedMeans(),
                noise.wrong(data.train().examples()));
        NoiseResults results = NoiseResults.of(noisy.subject(), noise, runs, noisy.accuracies(noisySpecs),
                clean.accuracies(cleanSpecs));
        return NoiseReport.outcome(noisy.subject(), results, runs,
                Map.of("suspects.csv", new Suspects(data, noisy, runs.wrong())::write));
    }
}
