package dev.lethe.tracker.rank;

import java.util.Arrays;
import java.util.List;

/** The working memory of one use of a {@link RankBootstrap}. */
final class RankResampling {
    private final RankBootstrap bootstrap;
    private final List<double[]> runs;
    private final int examples;
    /**
     * The place of the interval's lower end among the sorted ranks of an example, and of its upper end counted from the
     * last.
     */
    private final double place;
    private final int[] drawn; // (runs)
    private final double[] sums; // (examples)
    private final SmallestRanks fromFirst;
    private final SmallestRanks fromLast;

    RankResampling(RankBootstrap bootstrap, List<double[]> runs) {
        this.bootstrap = bootstrap;
        this.runs = runs;
        examples = runs.getFirst().length;
        place = (bootstrap.resamples() - 1) * (1 - bootstrap.confidence()) / 2;
        drawn = new int[runs.size()];
        sums = new double[examples];
        int kept = Math.min((int) place + 2, bootstrap.resamples());
        fromFirst = new SmallestRanks(examples, kept);
        fromLast = new SmallestRanks(examples, kept);
    }

    RankIntervals intervals() {
        for (int resample = 0; resample < bootstrap.resamples(); resample++) {
            draw(resample);
            double[] ranks = ranksOfSums();
            for (int example = 0; example < examples; example++) {
                fromFirst.add(example, ranks[example]);
                fromLast.add(example, examples - 1 - ranks[example]);
            }
        }
        double[] lower = new double[examples];
        double[] upper = new double[examples];
        for (int example = 0; example < examples; example++) {
            lower[example] = fromFirst.at(example, place);
            upper[example] = examples - 1 - fromLast.at(example, place);
        }
        Arrays.fill(drawn, 1);
        return new RankIntervals(bootstrap, runs.size(), ranksOfSums(), lower, upper);
    }

    /** Draws the runs of a resample, and counts how many times each is drawn. */
    private void draw(long resample) {
        Arrays.fill(drawn, 0);
        for (int draw = 0; draw < drawn.length; draw++) {
            drawn[SplitMix.below(drawn.length, bootstrap.seed(), resample * drawn.length + draw)]++;
        }
    }

    private double[] ranksOfSums() {
        Arrays.fill(sums, 0);
        for (int run = 0; run < drawn.length; run++) {
            double[] scores = runs.get(run);
            for (int example = 0; drawn[run] > 0 && example < examples; example++) {
                sums[example] += drawn[run] * scores[example];
            }
        }
        return AverageRanks.of(sums);
    }
}
