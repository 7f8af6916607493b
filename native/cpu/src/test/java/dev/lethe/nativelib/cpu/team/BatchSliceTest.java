package dev.lethe.nativelib.cpu.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The division of a batch among workers, and the rows that they leave for each other. */
class BatchSliceTest {
    @ParameterizedTest
    @CsvSource({"1,1", "7,1", "128,4", "7,3", "3,7", "64,64", "1,5", "129,64"})
    void shouldGiveEveryExampleToOneWorkerAsEvenlyAsPossible(int batch, int workers) {
        int next = 0;
        int largest = BatchSlice.of(batch, 0, workers).examples();
        for (int worker = 0; worker < workers; worker++) {
            BatchSlice slice = BatchSlice.of(batch, worker, workers);
            assertEquals(worker, slice.worker());
            assertEquals(next, slice.first());
            assertTrue(largest - slice.examples() <= 1, slice.toString());
            largest = slice.examples();
            next += slice.examples();
        }
        assertEquals(batch, next);
        assertTrue(BatchSlice.of(batch, 0, workers).examples() - largest <= 1, "no two differ by more than one");
    }

    @Test
    void shouldKeepOneRowAWorkerForEachKey() {
        WorkerExchange exchange = new WorkerExchange(3);
        double[][] rows = exchange.rows("mean", 5);
        assertEquals(3, rows.length);
        assertEquals(5, rows[2].length);
        assertSame(rows, exchange.rows("mean", 5));
        assertNotSame(rows, exchange.rows("variance", 5));
    }
}
