package dev.lethe.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class TrackingCostTest {
    private static TrackingCost opened(boolean tracked) {
        TrackingCost benchmark = new TrackingCost();
        benchmark.tracked = tracked;
        benchmark.open();
        return benchmark;
    }

    @Test
    void shouldComputeTheSameLossesWithTrackingAndWithout() throws IOException {
        TrackingCost untracked = opened(false);
        double losses = untracked.epoch();
        assertTrue(losses / TrackingCost.EXAMPLES > 0.8 && losses / TrackingCost.EXAMPLES < 1.6, "losses=" + losses);
        untracked.close();
        TrackingCost benchmark = opened(true);
        assertEquals(losses, benchmark.epoch());
        assertEquals(losses, benchmark.epoch(), "an example is presented again after the commit");
        benchmark.close();
        assertThrows(IllegalStateException.class, benchmark::epoch);
    }

    @Test
    @Tag("slow")
    void shouldBeMeasuredByJmh() throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder().include("examples.TrackingCost").forks(0)
                .warmupIterations(1).measurementIterations(1).warmupTime(TimeValue.milliseconds(50))
                .measurementTime(TimeValue.milliseconds(50)).verbosity(VerboseMode.SILENT).build()).run();
        assertEquals(List.of("false", "true"),
                results.stream().map(result -> result.getParams().getParam("tracked")).toList());
        for (RunResult result : results) {
            assertTrue(result.getPrimaryResult().getScore() > 0, result.toString());
            assertEquals("ns/op", result.getPrimaryResult().getScoreUnit());
        }
    }
}
