package dev.lethe.train;

/** Timer that adds up the time between starts and stops. */
final class StepTimer {
    private static final double NANOS = 1e9;
    private long total;
    private long started;

    void start() {
        started = System.nanoTime();
    }

    void stop() {
        total += System.nanoTime() - started;
    }

    double seconds() {
        return total / NANOS;
    }
}
