package dev.lethe.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import joptsimple.OptionException;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * The main class of the stress tests: jcstress's own command line, with the defaults of {@link StressOptions}.
 * <p>
 * Exit codes: 0 if every test ran and saw accepted outcomes alone, 1 if one did not, or none matched, 2 for wrong
 * usage. jcstress itself accepts tests that it could not run, for example on a machine with one processor.
 */
public final class StressMain {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private StressMain() {}

    /** Runs jcstress with {@code arguments} and exits. */
    public static void main(String[] arguments) throws Exception {
        System.exit(run(arguments));
    }

    static int run(String... arguments) throws Exception {
        StressOptions options = new StressOptions(arguments);
        try {
            if (!options.parse()) { // which has said why
                return options.asksForHelp() ? PASSED : WRONG_USAGE;
            }
        } catch (OptionException wrongUsage) {
            System.err.println(wrongUsage.getMessage() + "; -h lists the options.");
            return WRONG_USAGE;
        }
        JCStress stress = new JCStress(options);
        SortedSet<String> tests = stress.getTests();
        if (tests.isEmpty()) {
            System.err.println("No stress test matches " + options.getTestFilter() + "; -l lists them.");
            return FAILED;
        }
        if (options.shouldList()) {
            tests.forEach(System.out::println);
            return PASSED;
        }
        if (options.shouldParse()) {
            stress.parseResults();
            return PASSED;
        }
        return run(stress, tests, options);
    }

    private static int run(JCStress stress, SortedSet<String> tests, StressOptions options) throws Exception {
        Files.createDirectories(Path.of(options.getResultDest()));
        try {
            stress.run();
        } catch (AssertionError failures) {
            System.err.println(failures.getMessage());
            return FAILED;
        }
        SortedSet<String> missing = new TreeSet<>(tests);
        missing.removeAll(completed(Path.of(options.getResultFile())));
        if (!missing.isEmpty()) {
            System.err.println("These stress tests did not run to their end: " + missing
                    + "; they need two processors and the JDK that the project is built for.");
            return FAILED;
        }
        return PASSED;
    }

    /** Returns the tests that ran to their end in every JVM. */
    private static SortedSet<String> completed(Path results) throws IOException, ClassNotFoundException {
        SortedSet<String> completed = new TreeSet<>();
        SortedSet<String> failed = new TreeSet<>();
        if (Files.exists(results)) {
            InProcessCollector collector = new InProcessCollector();
            DiskReadCollector reader = new DiskReadCollector(results.toString(), collector);
            reader.dump();
            reader.close();
            for (TestResult result : collector.getTestResults()) {
                (result.status() == Status.NORMAL ? completed : failed).add(result.getName());
            }
        }
        completed.removeAll(failed);
        return completed;
    }
}
