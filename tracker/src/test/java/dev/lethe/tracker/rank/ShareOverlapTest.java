package dev.lethe.tracker.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShareOverlapTest {

    private static Set<Integer> easiest(double[] scores, int size, TieBreak ties) {
        Set<Integer> examples = new HashSet<>();
        for (int example : Ranking.byScore(scores, Direction.ASCENDING, ties).order(0, size)) {
            examples.add(example);
        }
        return examples;
    }

    /** Computes the overlap literally, by breaking ties at random many times. */
    private static double sampled(double[] first, double[] second, int size) {
        int draws = 1000;
        long common = 0;
        for (int draw = 0; draw < draws; draw++) {
            Set<Integer> examples = easiest(first, size, TieBreak.seeded(2 * draw));
            examples.retainAll(easiest(second, size, TieBreak.seeded(2 * draw + 1)));
            common += examples.size();
        }
        return (double) common / draws / size;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.02, 0.3, 0.5, 0.9, 1})
    void shouldBeTheMeanOverRandomTieBreaks(double share) {
        double[] first = new Random(1).ints(50, 0, 4).asDoubleStream().toArray();
        Random noise = new Random(2);
        double[] second = DoubleStream.of(first).map(score -> score + noise.nextInt(2)).toArray();
        int size = (int) Math.round(share * 50);
        ScorePair pair = new ScorePair(first, second);
        assertEquals(sampled(first, second, size), ShareOverlap.smallest(pair, share), 0.03);
        ScorePair opposite = new ScorePair(DoubleStream.of(first).map(score -> -score).toArray(),
                DoubleStream.of(second).map(score -> -score).toArray());
        assertEquals(ShareOverlap.smallest(pair, share), ShareOverlap.largest(opposite, share), 1e-12);
        assertEquals(ShareOverlap.largest(pair, share), ShareOverlap.smallest(opposite, share), 1e-12);
    }

    @Test
    void shouldCountCommonExamplesWhereNothingIsTied() {
        double[] first = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        double[] second = {1, 0, 9, 8, 4, 5, 6, 7, 2, 3};
        ScorePair pair = new ScorePair(first, second);
        assertEquals(2.0 / 3, ShareOverlap.smallest(pair, 0.3));
        assertEquals(1.0 / 3, ShareOverlap.largest(pair, 0.3));
        assertEquals(1, ShareOverlap.smallest(pair, 1));
        assertEquals(0, ShareOverlap.smallest(pair, 0.001), "one example, rounded up from none");
    }

    @Test
    void shouldBeTheShareItselfWhereAllIsTied() {
        double[] same = new double[1000];
        double[] ascending = new double[1000];
        Arrays.setAll(ascending, i -> i);
        assertEquals(0.2, ShareOverlap.smallest(new ScorePair(same, same), 0.2), 1e-12);
        assertEquals(0.2, ShareOverlap.largest(new ScorePair(same, ascending), 0.2), 1e-12);
    }

    @Test
    void shouldBeNaNWithoutExamples() {
        ScorePair none = new ScorePair(new double[0], new double[0]);
        assertEquals(Double.NaN, ShareOverlap.smallest(none, 0.5));
        assertEquals(Double.NaN, ShareOverlap.largest(none, 0.5));
    }
}
