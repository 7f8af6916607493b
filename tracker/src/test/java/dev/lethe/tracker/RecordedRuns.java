package dev.lethe.tracker;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/**
 * The runs, and the ways to record them, on which properties are tried: numbers around words, vectors and counters
 * occur about as often as all others.
 */
public final class RecordedRuns extends DomainContextBase {
    /** The most examples of a run: more than one vector of 512. */
    private static final int MOST_EXAMPLES = 700;
    /** The most epochs of a run: more than eight bits of a bit-sliced counter count. */
    private static final int MOST_EPOCHS = 300;

    @Provide
    Arbitrary<RunShape> shapes() {
        Arbitrary<Integer> examples = Arbitraries.oneOf(between(1, MOST_EXAMPLES),
                Arbitraries.of(1, 2, 31, 32, 33, 63, 64, 65, 511, 512, 513));
        Arbitrary<Integer> epochs = Arbitraries.oneOf(between(0, MOST_EPOCHS), between(0, 20),
                Arbitraries.of(0, 1, 127, 128, 129, 254, 255, 256, 257));
        Arbitrary<Double> share = Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just(0.0)),
                Tuple.of(6, Arbitraries.just(1.0)),
                Tuple.of(9, Arbitraries.doubles().between(0, 1).withDistribution(RandomDistribution.uniform())));
        return Combinators.combine(examples, epochs, share, Arbitraries.of(RunShape.Pattern.class),
                Arbitraries.of(0.0, 0.0, 0.03), Arbitraries.longs()).as(RunShape::new).withoutEdgeCases();
    }

    @Provide
    Arbitrary<WayOfRecording> ways() {
        Arbitrary<Integer> batch = Arbitraries.oneOf(between(1, MOST_EXAMPLES),
                Arbitraries.of(0, 0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129));
        return Combinators.combine(Arbitraries.of(WayOfRecording.Order.class), batch, Arbitraries.of(1, 2, 3))
                .as(WayOfRecording::new).withoutEdgeCases();
    }

    private static Arbitrary<Integer> between(int least, int most) {
        return Arbitraries.integers().between(least, most).withDistribution(RandomDistribution.uniform());
    }
}
