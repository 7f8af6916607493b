package dev.lethe.nativelib.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The times of the calls of one run of a plan, as two tables: the sums by kind of call, the longest first, and every
 * call in the order of the run. Rates count each tensor that a call reads or writes once, and the operations of matrix
 * products.
 */
final class StepProfile {
    private static final double MICROSECONDS = 1e3; // of a millisecond
    private static final double GIGABYTES_A_SECOND = 1e6; // from bytes a millisecond
    private static final double TERAFLOPS = 1e9; // from operations a millisecond

    private final String plan;
    private final List<DeviceCall> calls;
    private final float[] milliseconds;

    /** The sums of calls. */
    private static final class Sum {
        private int calls;
        private double milliseconds;
        private long bytes;
        private long operations;

        void add(DeviceCall call, double time) {
            calls++;
            milliseconds += time;
            bytes += call.bytes();
            operations += call.operations();
        }
    }

    /**
     * Makes a profile.
     *
     * @param plan name of the plan
     * @param milliseconds time of each call
     */
    StepProfile(String plan, List<DeviceCall> calls, float[] milliseconds) {
        this.plan = plan;
        this.calls = List.copyOf(calls);
        this.milliseconds = milliseconds.clone();
    }

    /** Returns both tables as text. */
    String text() {
        Map<String, Sum> kinds = new LinkedHashMap<>();
        Sum all = new Sum();
        List<String> single = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            DeviceCall call = calls.get(i);
            Sum one = new Sum();
            for (Sum sum : List.of(one, all, kinds.computeIfAbsent(call.kind(), _ -> new Sum()))) {
                sum.add(call, milliseconds[i]);
            }
            single.add(String.format(Locale.ROOT, "%9.1f %s  %s", milliseconds[i] * MICROSECONDS, rates(one), call));
        }
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "plan %s: %d calls, %.3f ms%n%n", plan, all.calls, all.milliseconds));
        text.append(String.format(Locale.ROOT, "       ms  share  calls     GB/s  TFLOP/s  kind%n"));
        kinds.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.comparingDouble((Sum sum) -> -sum.milliseconds)))
                .forEach(kind -> text
                        .append(String.format(Locale.ROOT, "%9.3f %5.1f%% %6d %s  %s%n", kind.getValue().milliseconds,
                                100 * kind.getValue().milliseconds / all.milliseconds, kind.getValue().calls,
                                rates(kind.getValue()), kind.getKey())));
        text.append(String.format(Locale.ROOT, "%n       us     GB/s  TFLOP/s  call%n"));
        single.forEach(line -> text.append(line).append(System.lineSeparator()));
        return text.append(System.lineSeparator()).toString();
    }

    private static String rates(Sum sum) {
        return rate(sum.bytes / GIGABYTES_A_SECOND / sum.milliseconds, sum.bytes) + " "
                + rate(sum.operations / TERAFLOPS / sum.milliseconds, sum.operations);
    }

    private static String rate(double rate, long amount) {
        return amount == 0 ? String.format(Locale.ROOT, "%8s", "-") : String.format(Locale.ROOT, "%8.1f", rate);
    }

    /** Appends the tables to a file, which is made if it is not there. */
    void appendTo(Path file) {
        try {
            Files.writeString(file, text(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the profile cannot be written to " + file + ": name another file in "
                    + CudaMachine.PROFILE_VARIABLE, e);
        }
    }
}
