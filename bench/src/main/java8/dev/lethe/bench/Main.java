package dev.lethe.bench;

import java.lang.reflect.InvocationTargetException;

/**
 * The entry of {@code java -jar bench.jar}. It is compiled for Java 8, so that an older Java says which one is needed, and
 * not that it cannot read a class. It goes on with {@link #BENCHMARKS}, which it cannot be compiled against.
 */
public final class Main {
    static final String BENCHMARKS = "dev.lethe.bench.BenchMain";

    private static final int NEEDED = 25;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    /** Runs the benchmarks and exits; with an older Java, it exits with 2. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        String obstacle = obstacle(System.getProperty("java.specification.version"), System.getProperty("java.home"));
        if (obstacle != null) {
            System.err.println(obstacle);
            System.exit(WRONG_USAGE);
        }
        try {
            Class.forName(BENCHMARKS).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error) {
                throw (Error) e.getCause();
            }
            throw e;
        }
    }

    /**
     * Returns the reason why a Java cannot run the benchmarks; null if it can.
     *
     * @param version version as {@code java.specification.version} has it: 1.8, 17, 25
     * @param home folder of the Java
     */
    static String obstacle(String version, String home) {
        return Double.parseDouble(version) >= NEEDED
                ? null
                : "The benchmarks need Java " + NEEDED + ", and " + home + " is Java " + version
                        + ": run them with the java of a JDK " + NEEDED + ", or by ./lethe bench, which finds one.";
    }
}
