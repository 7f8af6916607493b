package dev.lethe.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.run.PlanListener;
import dev.lethe.train.EpochMetrics;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void shouldLeaveOutALossThatIsNotKnown() {
        assertEquals("loss 0.2500, test accuracy 97.50%", Progress.measures(0.25, 0.975));
        assertEquals("test accuracy 97.50%", Progress.measures(Double.NaN, 0.975));
    }

    private static EpochMetrics epoch(int number) {
        return new EpochMetrics(number, 1, 0.5, 1, 0.5, 1, 0, 1);
    }

    private static Progress.Bar bar(int epochs) {
        return new Progress.Bar(new PlanListener.RunNotice("mlp, seed 1", 1, 1, epochs),
                new ProgressBarBuilder().setConsumer(new DelegatingProgressBarConsumer(_ -> {})));
    }

    @Test
    void shouldEndAtAllPresentations() {
        try (Progress.Bar bar = bar(2)) {
            bar.stepDone(1, 60, 1);
            bar.stepDone(1, 100, 1);
            bar.epochDone(epoch(1));
            bar.stepDone(2, 100, 1);
            bar.epochDone(epoch(2));
            assertEquals(200, bar.bar().getCurrent());
            assertEquals(200, bar.bar().getMax());
        }
    }

    @Test
    void shouldBeginWhereAResumedRunBegins() {
        try (Progress.Bar bar = bar(200)) {
            bar.resumed(150, 100);
            bar.stepDone(151, 40, 1);
            assertEquals(15_040, bar.bar().getCurrent());
            assertEquals(15_000, bar.bar().getStart());
            assertEquals(20_000, bar.bar().getMax());
            bar.stepDone(151, 100, 1);
            for (int number = 151; number <= 200; number++) {
                bar.epochDone(epoch(number));
            }
            bar.stepDone(200, 0, 1);
            assertEquals(20_000, bar.bar().getCurrent());
        }
    }
}
