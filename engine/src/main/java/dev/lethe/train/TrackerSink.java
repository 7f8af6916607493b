package dev.lethe.train;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import dev.lethe.tracker.RecordedEpoch;
import java.io.IOException;

/** Sink that records presentations in a {@link ForgettingTracker}, which stays the caller's to close. */
public final class TrackerSink implements PredictionSink {
    private final ForgettingTracker tracker;
    private PredictionColumns from;
    private PresentationColumns view;
    private ExampleMemory fromDevice;
    private RecordedEpoch gathered;

    public TrackerSink(ForgettingTracker tracker) {
        this.tracker = tracker;
    }

    @Override
    public void record(PredictionColumns columns, int first, int count) {
        if (columns != from) {
            from = columns;
            view = new PresentationColumns(columns.ids(), columns.correct(), columns.margin(), columns.el2n(),
                    columns.probability(), columns.loss());
        }
        tracker.record(view, first, count);
    }

    @Override
    public void record(EpochPresentations epoch) {
        ExampleMemory memory = epoch.byExample();
        if (memory != fromDevice) {
            fromDevice = memory;
            gathered = new RecordedEpoch(memory.seen(), memory.correct(), memory.sums());
        }
        tracker.record(gathered);
    }

    @Override
    public void commitEpoch() throws IOException {
        tracker.commitEpoch();
    }
}
