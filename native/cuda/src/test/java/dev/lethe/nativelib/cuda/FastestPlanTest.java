package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.nativelib.ffm.NativeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The choice among plans of known times, of which some do not run. */
class FastestPlanTest {
    private static final float REFUSED = -1;

    /** Plans by name with their times in milliseconds, and the number of calls of each. */
    private static final class Timed implements FastestPlan.Trial<String> {
        private final Map<String, Float> times = new LinkedHashMap<>();
        private final Map<String, Integer> calls = new LinkedHashMap<>();

        Timed with(String plan, float milliseconds) {
            times.put(plan, milliseconds);
            return this;
        }

        @Override
        public void run(String plan) {
            if (times.get(plan) == REFUSED) {
                throw new NativeException("cudnnBackendExecute failed: " + plan);
            }
            calls.merge(plan, 1, Integer::sum);
        }

        @Override
        public float milliseconds(String plan, int count) {
            assertTrue(calls.containsKey(plan), plan + " has run before it is timed");
            calls.merge(plan, count, Integer::sum);
            return times.get(plan);
        }

        Optional<String> fastest() {
            return new FastestPlan<>("a problem", this).of(List.copyOf(times.keySet()));
        }
    }

    @Test
    void shouldTakeTheFastestThatRuns() {
        Timed plans = new Timed().with("slow", 0.3f).with("refused", REFUSED).with("fast", 0.1f).with("near", 0.11f);
        assertEquals(Optional.of("fast"), plans.fastest());
    }

    @Test
    void shouldTakeTheFirstOfEqualPlans() {
        assertEquals(Optional.of("first"), new Timed().with("first", 0.1f).with("second", 0.1f).fastest());
    }

    @Test
    void shouldTimeInFullOnlyWhatIsNearTheBest() {
        Timed plans = new Timed().with("best", 0.1f).with("near", 0.14f).with("far", 0.16f).with("hopeless", 0.6f)
                .with("nearer", 0.12f);
        assertEquals(Optional.of("best"), plans.fastest());
        assertEquals(Map.of("best", 35, "near", 35, "far", 5, "hopeless", 2, "nearer", 35), plans.calls);
    }

    @Test
    void shouldNotTimeInFullWhereOnlyOnePlanIsNearTheBest() {
        Timed plans = new Timed().with("best", 0.1f).with("far", 0.2f);
        assertEquals(Optional.of("best"), plans.fastest());
        assertEquals(Map.of("best", 5, "far", 5), plans.calls);
    }

    @Test
    void shouldRunLongPlansTwiceAtMost() {
        Timed plans = new Timed().with("first", 20).with("second", 19);
        assertEquals(Optional.of("second"), plans.fastest());
        assertEquals(Map.of("first", 2, "second", 2), plans.calls);
    }

    @ParameterizedTest
    @CsvSource({"0.1, true", "0.104, true", "0.106, false", "0.2, false", "-1, false", "20, false"})
    void shouldTellWhetherAPlanIsAsGoodAsOthers(float milliseconds, boolean asGood) {
        Timed plans = new Timed().with("known", milliseconds).with("expected", 0.1f).with("slow", 0.3f)
                .with("refused", REFUSED);
        FastestPlan<String> choice = new FastestPlan<>("a problem", plans);
        assertEquals(asGood, choice.isAsGood("known", List.of("expected", "known", "slow", "refused")));
    }

    @Test
    void shouldTimeBrieflyWhatIsFarFromAKnownPlan() {
        Timed plans = new Timed().with("known", 0.1f).with("near", 0.12f).with("far", 0.16f).with("hopeless", 0.6f);
        assertTrue(new FastestPlan<>("a problem", plans).isAsGood("known", List.of("near", "far", "hopeless")));
        assertEquals(Map.of("known", 35, "near", 35, "far", 5, "hopeless", 2), plans.calls);
    }

    @Test
    void shouldFindNoneWhereNoneRuns() {
        assertEquals(Optional.empty(), new Timed().with("refused", REFUSED).fastest());
    }

    @Test
    void shouldTakeTheFirstThatRunsWithoutTiming() {
        Timed plans = new Timed().with("refused", REFUSED).with("first", 0.3f).with("fast", 0.1f);
        FastestPlan<String> choice = new FastestPlan<>("a problem", plans);
        assertEquals(Optional.of("first"), choice.firstThatRuns(List.copyOf(plans.times.keySet())));
        assertEquals(Map.of("first", 1), plans.calls);
    }

    @Test
    void shouldNotTakeALostDeviceForAPlanThatDoesNotRun() {
        LostDeviceException lost = new LostDeviceException("cuStreamSynchronize reports CUDA error 700");
        FastestPlan.Trial<String> trial = new FastestPlan.Trial<>() {
            @Override
            public void run(String plan) {
                throw lost;
            }

            @Override
            public float milliseconds(String plan, int calls) {
                throw new IllegalStateException("no plan has run");
            }
        };
        assertSame(lost, assertThrows(LostDeviceException.class,
                () -> new FastestPlan<>("a problem", trial).of(List.of("any", "other"))));
    }
}
