package consumer;

import dev.lethe.tracker.History;
import dev.lethe.tracker.score.Score;
import java.util.stream.IntStream;

/** A score that this module provides: whether an example was right in the last epoch. */
public record RightAtLast() implements Score {
    @Override
    public String text() {
        return "right_at_last";
    }

    @Override
    public boolean isHardWhereLarge() {
        return false;
    }

    @Override
    public double[] of(History history) {
        return IntStream.range(0, history.examples())
                .mapToDouble(id -> history.correct(history.epochs(), id) ? 1 : 0).toArray();
    }
}
