package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaPlannerTest {
    /** A buffer with the operations that use it first and last. */
    private record Lifetime(String key, long bytes, int first, int last) {}

    private static ArenaPlanner planner(List<Lifetime> lifetimes) {
        ArenaPlanner planner = new ArenaPlanner();
        for (Lifetime buffer : lifetimes) {
            planner.use(buffer.key, buffer.bytes, buffer.first);
            planner.use(buffer.key, buffer.bytes, buffer.last);
        }
        return planner;
    }

    @Test
    void shouldShareBytesBetweenBuffersThatNeverLiveTogether() {
        ArenaPlanner.Layout layout = planner(List.of(new Lifetime("a", 640, 0, 1), new Lifetime("b", 320, 1, 2),
                new Lifetime("c", 640, 2, 3))).plan();
        assertEquals(0, layout.offset("a"));
        assertEquals(0, layout.offset("c"), "it begins to live when a is dead");
        assertEquals(640, layout.offset("b"));
        assertEquals(960, layout.bytes());
    }

    @Test
    void shouldCountTheLargestUseOfABuffer() {
        ArenaPlanner planner = new ArenaPlanner();
        planner.use("a", 10, 5);
        planner.use("a", 130, 3);
        planner.use("b", 1, 4);
        ArenaPlanner.Layout layout = planner.plan();
        assertEquals(192, layout.offset("b"), "a lives from 3 to 5 and takes 130 bytes, rounded up");
        assertEquals(256, layout.bytes());
    }

    @Test
    void shouldLeaveAGapBehindEachBuffer() {
        ArenaPlanner planner = new ArenaPlanner(256, 250);
        planner.use("a", 10, 5);
        planner.use("a", 8, 3);
        planner.use("b", 1, 4);
        ArenaPlanner.Layout layout = planner.plan();
        assertEquals(Map.of("a", new ArenaPlanner.Place(0, 10, 3, 5), "b", new ArenaPlanner.Place(512, 1, 4, 4)),
                layout.places());
        assertEquals(768, layout.bytes());
    }

    @Test
    void shouldSeparateAllBuffersThatLiveTogether() {
        Random random = new Random(3);
        for (int round = 0; round < 100; round++) {
            List<Lifetime> lifetimes = new ArrayList<>();
            long all = 0;
            for (int i = 0; i < 20; i++) {
                int first = random.nextInt(30);
                lifetimes.add(new Lifetime("buffer" + i, random.nextLong(1, 2000), first, first + random.nextInt(8)));
                all += ArenaPlanner.align(lifetimes.getLast().bytes);
            }
            ArenaPlanner.Layout layout = planner(lifetimes).plan();
            assertEquals(layout, planner(lifetimes).plan(), "the same uses give the same layout");
            assertTrue(layout.bytes() <= all, "no more than side by side");
            for (Lifetime one : lifetimes) {
                long begin = layout.offset(one.key);
                assertEquals(0, begin % ArenaPlanner.ALIGNMENT);
                assertTrue(begin >= 0 && begin + one.bytes <= layout.bytes(), one + " in " + layout);
                for (Lifetime other : lifetimes) {
                    boolean together = one != other && one.first <= other.last && other.first <= one.last;
                    long otherBegin = layout.offset(other.key);
                    assertTrue(!together || begin + one.bytes <= otherBegin || otherBegin + other.bytes <= begin,
                            one + " and " + other + " in " + layout);
                }
            }
        }
    }

    @Test
    void shouldRefuseUnknownBuffersAndNegativeSizes() {
        ArenaPlanner planner = new ArenaPlanner();
        assertTrue(assertThrows(IllegalArgumentException.class, () -> planner.use("a", -1, 0)).getMessage()
                .contains("bytes=-1"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> planner.plan().offset("b")).getMessage()
                .contains("b"));
    }
}
