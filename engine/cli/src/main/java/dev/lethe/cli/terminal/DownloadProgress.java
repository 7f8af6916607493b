package dev.lethe.cli.terminal;

import dev.lethe.data.fetch.FetchListener;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress of a download: bars on a terminal, a line for each file elsewhere. */
public final class DownloadProgress {
    private static final int REFRESH_MILLIS = 500;
    private static final long MB = 1_000_000;

    private DownloadProgress() {}

    /** Returns a listener that draws a bar for each file on a terminal and prints a line for each elsewhere. */
    public static FetchListener forThisTerminal(PrintWriter out) {
        return Progress.onTerminal()
                ? (file, _, bytes) -> new Bar(file, bytes)
                : (file, from, bytes) -> line(out, file, from, bytes);
    }

    private static FetchListener.FileListener line(PrintWriter out, String file, URI from, long bytes) {
        out.printf(Locale.ROOT, "%s, %.1f MB, from %s%n", file, (double) bytes / MB, from);
        out.flush();
        return _ -> {};
    }

    /** Listener that draws a bar for each file, with speed and time left. */
    private static final class Bar implements FetchListener.FileListener {
        private final ProgressBar bar;

        Bar(String file, long bytes) {
            bar = new ProgressBarBuilder().setTaskName(file).setInitialMax(bytes).setUnit(" MB", MB).showSpeed()
                    .setUpdateIntervalMillis(REFRESH_MILLIS).setStyle(ProgressBarStyle.ASCII).build();
        }

        @Override
        public void arrived(long bytes) {
            bar.stepTo(bytes);
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
