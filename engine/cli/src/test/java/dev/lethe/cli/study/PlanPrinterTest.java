package dev.lethe.cli.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanPrinterTest {
    @Test
    void shouldAddUpRunsThatFollowEachOther() {
        assertEquals(60, PlanPrinter.secondsOfAll(List.of(10.0, 20.0, 30.0), 1));
    }

    @Test
    void shouldShareRunsAmongJobs() {
        assertEquals(20, PlanPrinter.secondsOfAll(List.of(10.0, 10.0, 10.0, 10.0), 2));
        assertEquals(30, PlanPrinter.secondsOfAll(List.of(10.0, 10.0, 20.0), 2), "the last has a job to itself");
    }

    @Test
    void shouldNotShareARunAmongJobs() {
        assertEquals(40, PlanPrinter.secondsOfAll(List.of(40.0), 4));
        assertEquals(0, PlanPrinter.secondsOfAll(List.of(), 4));
    }
}
