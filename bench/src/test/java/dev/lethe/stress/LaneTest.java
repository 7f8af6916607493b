package dev.lethe.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static boolean isClosed(Lane lane) {
        return assertThrows(IllegalStateException.class, lane.tracker()::commitEpoch).getMessage().contains("closed");
    }

    @Test
    void shouldGiveEveryStateExamplesOfItsOwn() {
        Lane one = Lane.next();
        Lane other = Lane.next();
        assertSame(one.tracker(), other.tracker());
        assertNotEquals(one.example(0) / Lane.EXAMPLES, other.example(0) / Lane.EXAMPLES);
        assertEquals(one.example(0) / Lane.EXAMPLES, one.example(Lane.EXAMPLES - 1) / Lane.EXAMPLES);
        one.read(history -> {});
        other.read(history -> {});
    }

    @Test
    void shouldShowEveryStateWhatItRecorded() {
        Lane one = Lane.next();
        Lane other = Lane.next();
        Recorder.FIRST.record(one.tracker(), one.example(5));
        Recorder.SECOND.record(other.tracker(), other.example(7));
        one.read(history -> assertTrue(Recorder.presented(history, one.example(5), Recorder.FIRST)));
        other.read(history -> assertTrue(Recorder.presented(history, other.example(7), Recorder.SECOND)));
    }

    @Test
    void shouldCloseTheTrackerWhenItsLastStateHasRead() {
        Lane one = Lane.next();
        Lane other = Lane.next();
        one.read(history -> {});
        one.tracker().committedEpochs();
        other.read(history -> assertEquals(1, history.epochs()));
        assertTrue(isClosed(one));
    }

    @Test
    void shouldTakeAnotherTrackerOnceOneIsCommittedOrFull() {
        Lane committed = Lane.next();
        committed.read(history -> {});
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i <= Lane.LANES; i++) {
            lanes.add(Lane.next());
        }
        assertNotSame(committed.tracker(), lanes.getFirst().tracker());
        assertSame(lanes.getFirst().tracker(), lanes.get(Lane.LANES - 1).tracker());
        assertNotSame(lanes.getFirst().tracker(), lanes.getLast().tracker());
        lanes.forEach(lane -> lane.read(history -> {}));
        assertTrue(lanes.stream().allMatch(LaneTest::isClosed));
    }
}
