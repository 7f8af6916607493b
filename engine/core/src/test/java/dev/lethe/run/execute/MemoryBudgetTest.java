package dev.lethe.run.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
    private long free = 100;
    private final MemoryBudget budget = new MemoryBudget(() -> free);

    @Test
    void shouldPromiseNoByteTwice() {
        MemoryBudget.Reservation first = budget.reserve(60).orElseThrow();
        assertTrue(budget.reserve(60).isEmpty());
        assertEquals(40, budget.available());
        MemoryBudget.Reservation second = budget.reserve(40).orElseThrow();
        assertEquals(0, budget.available());
        first.close();
        second.close();
        assertEquals(100, budget.available());
    }

    /** Memory that a run has taken shows in the measurement, and must not be counted twice. */
    @Test
    void shouldCountTakenMemoryOnce() {
        MemoryBudget.Reservation run = budget.reserve(60).orElseThrow();
        free = 40;
        run.taken();
        assertEquals(40, budget.available());
        run.close();
        assertEquals(40, budget.available(), "the measurement will show when it is given back");
    }

    @Test
    void shouldResizeWithinWhatIsFree() {
        MemoryBudget.Reservation run = budget.promise(0);
        assertTrue(budget.reserve(30).isPresent());
        assertFalse(run.resize(71));
        assertEquals(70, budget.available());
        assertTrue(run.resize(70));
        assertEquals(0, budget.available());
        assertTrue(run.resize(10));
        assertEquals(60, budget.available());
    }
}
