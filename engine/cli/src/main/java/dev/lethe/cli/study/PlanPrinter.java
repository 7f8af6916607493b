package dev.lethe.cli.study;

import dev.lethe.data.DataSet;
import dev.lethe.run.DataSource;
import dev.lethe.run.NetworkSource;
import dev.lethe.run.RunPlan;
import dev.lethe.run.RunSettings;
import dev.lethe.run.RunSpec;
import dev.lethe.run.execute.SpeedProbe;
import dev.lethe.run.store.RunStatus;
import dev.lethe.run.store.RunStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Printer of the plan of a study, with an estimate of time from a short measurement of each network. */
final class PlanPrinter {
    /** Settings that decide how fast a network trains. */
    private record Speed(DataSource data, NetworkSource network, int batch, int threads) {
        static Speed of(RunSettings settings) {
            return new Speed(settings.data(), settings.network(), settings.training().batch(), settings.threads());
        }
    }

    private PlanPrinter() {}

    static void print(PrintWriter out, RunPlan plan, RunStore store, int jobs) throws IOException {
        Map<Speed, SpeedProbe> probes = new HashMap<>();
        List<Double> left = new ArrayList<>();
        int number = 0;
        for (RunStatus status : RunStatus.of(plan, store)) {
            RunSettings settings = status.run().settings();
            double seconds = 0;
            if (status.state() != RunStatus.State.FINISHED) {
                SpeedProbe probe = probes.get(Speed.of(settings));
                if (probe == null) {
                    probe = SpeedProbe.measure(settings, store.data(settings));
                    probes.put(Speed.of(settings), probe);
                }
                seconds = seconds(status, store.data(settings), probe);
                left.add(seconds);
            }
            number++;
            out.printf(Locale.ROOT, "%3d  %-10s %10s  %s%n", number, state(status), time(seconds),
                    status.run().label());
        }
        out.printf("about %s in all%s; where the runs are: %s%n", time(secondsOfAll(left, jobs)),
                jobs > 1 ? " with " + jobs + " at once" : "",
                RunStatus.of(plan, store).getFirst().folder().getParent());
        out.flush();
    }

    /**
     * Estimates the time of all runs in seconds: each begins, in their order, as soon as one of the jobs is free.
     *
     * @param runs seconds of each run
     * @param jobs runs at once
     */
    static double secondsOfAll(List<Double> runs, int jobs) {
        double[] busyUntil = new double[jobs];
        for (double seconds : runs) {
            Arrays.sort(busyUntil);
            busyUntil[0] += seconds;
        }
        return Arrays.stream(busyUntil).max().orElse(0);
    }

    private static double seconds(RunStatus status, DataSet data, SpeedProbe probe) {
        RunSpec run = status.run();
        int all = data.train().examples();
        long examples = all - run.changes().removal()
                .map(removal -> removal.count(all, run.settings().training().batch())).orElse(0);
        int done = run.procedure().resumes() ? status.epochsDone() : 0;
        long epochs = run.procedure().epochs(run.settings().training().epochs()) - done;
        long trained = run.procedure().presentations(Math.toIntExact(examples), Math.toIntExact(epochs));
        return probe.seconds(trained, epochs * data.test().examples());
    }

    private static String state(RunStatus status) {
        return switch (status.state()) {
            case FINISHED -> "finished";
            case BEGUN -> "epoch " + status.epochsDone();
            case NEW -> "new";
        };
    }

    private static String time(double seconds) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() > 0
                        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                        : time.toSeconds() + " s";
    }
}
