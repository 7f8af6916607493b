package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lethe.kernels.BackendProvider.Availability;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice of a provider by its name. */
class BackendsTest {
    private static final BackendProvider GPU = new Offered("gpu", 200,
            new Availability.Unavailable("there is no driver", "install one"));
    private static final BackendProvider FAST = new Offered("fast", 100, new Availability.Available("fast"));
    private static final BackendProvider SLOW = new Offered("slow", 0, new Availability.Available("slow"));

    private record Offered(String name, int rank, Availability availability) implements BackendProvider {
        @Override
        public Backend open(int threads) {
            throw new AssertionError("only chosen here");
        }
    }

    @Test
    void shouldTakeTheFirstThatCanRunWhereNoneIsNamed() {
        assertSame(FAST, Backends.choose(List.of(GPU, FAST, SLOW), Backends.AUTO));
        assertSame(SLOW, Backends.choose(List.of(GPU, SLOW), Backends.AUTO));
    }

    @Test
    void shouldTakeWhatIsNamedOrNothing() {
        assertSame(SLOW, Backends.choose(List.of(GPU, FAST, SLOW), "slow"));
        assertEquals("backend gpu cannot run here: there is no driver; install one",
                assertThrows(BackendUnavailableException.class,
                        () -> Backends.choose(List.of(GPU, FAST, SLOW), "gpu")).getMessage());
        assertEquals("no backend 'tpu': choose auto, gpu, fast, slow", assertThrows(BackendUnavailableException.class,
                () -> Backends.choose(List.of(GPU, FAST, SLOW), "tpu")).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"cpu, lethe-cpu", "onednn, lethe-cpu", "vector, lethe-cpu", "cudnn, lethe-cuda"})
    void shouldNameTheArtifactOfABackendThatIsNotThere(String name, String artifact) {
        assertEquals(
                "backend " + name + " is not on the class path or module path: add dev.lethe:" + artifact,
                assertThrows(BackendUnavailableException.class, () -> Backends.choose(List.of(SLOW), name))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1_000_000, Integer.MAX_VALUE})
    void shouldRefuseThreadsThatTheMachineHasNoUseFor(int threads) {
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals("threads=" + threads + ": choose between 1 and " + Math.max(64, 4 * cores) + " on " + cores
                + " processors",
                assertThrows(IllegalArgumentException.class,
                        () -> Backends.open(List.of(FAST), "fast", threads)).getMessage());
    }

    @Test
    void shouldLetASmallMachineRepeatWhatALargeOneDid() {
        assertEquals(64, Backends.mostThreads(1));
        assertEquals(64, Backends.mostThreads(16));
        assertEquals(512, Backends.mostThreads(128));
        assertEquals(Integer.MAX_VALUE, Backends.mostThreads(Integer.MAX_VALUE));
    }

    @Test
    void shouldSayWhyASlowerBackendWasChosen() {
        Map<String, List<String>> passedOver = Map.of("it was left out", List.of("cpu", "onednn"));
        BackendProvider portable = new Offered("portable", 50, new Availability.Available("anywhere"));
        assertEquals(Optional.of("backend auto is portable here: cpu, onednn cannot run, it was left out"),
                Backends.warning(portable, passedOver));
        assertEquals(Optional.of("backend auto is slow here, which is for checking and very slow: cpu, onednn cannot "
                + "run, it was left out"), Backends.warning(SLOW, passedOver));
        assertEquals(Optional.of("backend auto is slow here, which is for checking and very slow: no other is on the "
                + "class path or module path; add dev.lethe:lethe-cpu"), Backends.warning(SLOW, Map.of()));
        assertEquals(Optional.empty(), Backends.warning(portable, Map.of()));
        assertEquals(Optional.empty(), Backends.warning(FAST, Map.of("there is no driver", List.of("gpu"))));
    }

    @Test
    void shouldNameEachReasonOnceForWhatWasPassedOver() {
        Map<String, List<String>> passedOver = new LinkedHashMap<>();
        passedOver.put("there is no driver", List.of("gpu"));
        passedOver.put("it was left out", List.of("cpu", "onednn"));
        assertEquals("gpu cannot run, there is no driver; cpu, onednn cannot run, it was left out",
                Backends.text(passedOver));
    }
}
