package dev.lethe.tracker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that records and commits epochs at a pace, whose history is read meanwhile. Each presentation adds 1 to the
 * margin and, if it is right, 1 to EL2N, so that the sums follow from the planes.
 */
final class EpochTellingProcess {
    static final int EXAMPLES = 30_000;
    static final int EPOCHS = 2000;

    private EpochTellingProcess() {}

    /** Takes the file and the milliseconds between commits; prints the number of committed epochs. */
    public static void main(String[] arguments) throws Exception {
        long pause = Long.parseLong(arguments[1]);
        try (Arena arena = Arena.ofConfined();
                ForgettingTracker tracker = ForgettingTracker.create(Path.of(arguments[0]),
                        TrackerSpec.of(EXAMPLES, EPOCHS))) {
            PresentationColumns columns = new PresentationColumns(column(arena), column(arena), column(arena),
                    column(arena), column(arena), column(arena));
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                int presented = fill(columns, epoch);
                tracker.record(columns, 0, presented);
                System.out.println(tracker.commitEpoch());
                TimeUnit.MILLISECONDS.sleep(pause);
            }
        }
    }

    private static MemorySegment column(Arena arena) {
        return arena.allocate(ValueLayout.JAVA_INT, EXAMPLES);
    }

    private static int fill(PresentationColumns columns, int epoch) {
        int row = 0;
        for (int example = 0; example < EXAMPLES; example++) {
            if ((example + epoch) % 7 != 0) {
                boolean correct = (example + epoch) % 3 != 0;
                columns.ids().setAtIndex(ValueLayout.JAVA_INT, row, example);
                columns.correct().setAtIndex(ValueLayout.JAVA_INT, row, correct ? 1 : 0);
                columns.margins().setAtIndex(ValueLayout.JAVA_FLOAT, row, 1);
                columns.el2n().setAtIndex(ValueLayout.JAVA_FLOAT, row, correct ? 1 : 0);
                row++;
            }
        }
        return row;
    }
}
