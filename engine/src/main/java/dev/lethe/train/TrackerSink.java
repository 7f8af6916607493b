package dev.lethe.train;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.PresentationColumns;
import java.io.IOException;

/** Records presentations in a {@link ForgettingTracker}, which stays the caller's to close. */
public final class TrackerSink implements PredictionSink {
    private final ForgettingTracker tracker;
    private PredictionColumns from;
    private PresentationColumns view;

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
    public void commitEpoch() throws IOException {
        tracker.commitEpoch();
    }
}
