package dev.lethe.cli.terminal;

import dev.lethe.run.PlanListener;
import dev.lethe.train.EpochMetrics;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows how a study goes: a bar on a terminal, a line an epoch elsewhere. */
public final class Progress {
    private Progress() {}

    public static PlanListener forThisTerminal(PrintWriter out) {
        return new Shown(out, onTerminal());
    }

    /** For several runs at once, whose bars would write over each other. */
    public static PlanListener inLines(PrintWriter out) {
        return new Shown(out, false);
    }

    /** Tells whether the output is a terminal, where a bar can be drawn. */
    static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** A study, run after run. */
    private record Shown(PrintWriter out, boolean onTerminal) implements PlanListener {
        @Override
        public RunListener runStarted(RunNotice run) {
            return onTerminal ? new Bar(run) : new Lines(out, run);
        }

        @Override
        public void noticed(String sentence) {
            out.println(sentence);
            out.flush();
        }
    }

    /** A loss that is not known, which is NaN, is left out. */
    static String measures(double loss, double accuracy) {
        String tested = String.format(Locale.ROOT, "test accuracy %.2f%%", 100 * accuracy);
        return Double.isNaN(loss) ? tested : String.format(Locale.ROOT, "loss %.4f, %s", loss, tested);
    }

    /** Bar of one run, over all its presentations; the library adds speed and time left. */
    static final class Bar implements PlanListener.RunListener {
        /** The loss is formatted this seldom, so that showing it costs nothing. */
        private static final int STEPS_A_MESSAGE = 64;
        private static final int REFRESH_MILLIS = 500;

        private final ProgressBarBuilder builder;
        private final int epochs;
        private @Nullable ProgressBar bar; // once it is known where the run begins
        private double accuracy;
        private double loss = Double.NaN; // of the epoch before, shown where a step does not know its own
        private long done;
        private int examples;
        private int steps;

        Bar(PlanListener.RunNotice run) {
            this(run, new ProgressBarBuilder());
        }

        /** Makes a bar of a builder that says where the bar is drawn. */
        Bar(PlanListener.RunNotice run, ProgressBarBuilder builder) {
            epochs = run.epochs();
            this.builder = builder.setTaskName(run.label() + " (" + run.number() + "/" + run.runs() + ")")
                    .setInitialMax(-1)
                    .setUnit(" images", 1).showSpeed().setUpdateIntervalMillis(REFRESH_MILLIS)
                    .setStyle(ProgressBarStyle.ASCII);
        }

        @Override
        public void resumed(int trained, int presentations) {
            examples = presentations;
            done = (long) presentations * trained;
            builder.startsFrom(done, Duration.ZERO).setInitialMax((long) presentations * epochs);
        }

        /** Returns the bar, drawn from the first call on. */
        ProgressBar bar() {
            if (bar == null) {
                bar = builder.build();
            }
            return bar;
        }

        @Override
        public void stepDone(int epoch, int presentations, double meanLoss) {
            examples = Math.max(examples, presentations);
            bar().stepTo(done + presentations);
            if (steps++ % STEPS_A_MESSAGE == 0) {
                bar().setExtraMessage(" epoch " + epoch + "/" + epochs + ", "
                        + measures(Double.isNaN(meanLoss) ? loss : meanLoss, accuracy));
            }
        }

        @Override
        public void epochDone(EpochMetrics metrics) {
            accuracy = metrics.testAccuracy();
            loss = metrics.trainLoss();
            done += examples;
            bar().maxHint((long) examples * epochs); // known after the first epoch
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    /** For logs and pipes. */
    private record Lines(PrintWriter out, PlanListener.RunNotice run) implements PlanListener.RunListener {
        @Override
        public void epochDone(EpochMetrics m) {
            out.printf(Locale.ROOT, "%s (%d/%d) epoch %d/%d: %s, %,.0f images/s%n", run.label(), run.number(),
                    run.runs(), m.epoch(), run.epochs(), measures(m.trainLoss(), m.testAccuracy()),
                    m.imagesPerSecond());
            out.flush();
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
