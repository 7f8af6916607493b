package dev.lethe.nativelib.cpu.team;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers that the workers of a plan leave for each other: each writes its own row before a barrier, all read every row
 * after it. The barrier orders the plain accesses; see {@link WorkerTeam#await}. Rows are made when a plan is compiled.
 */
public final class WorkerExchange {
    private final int workers;
    private final Map<Object, double[][]> rows = new HashMap<>(); // (workers, length) by key

    /**
     * Makes an exchange without rows.
     *
     * @param workers number of workers that have a slice of the batch
     */
    public WorkerExchange(int workers) {
        this.workers = workers;
    }

    /**
     * Returns a row for each worker, the same ones for every call with the key.
     *
     * @param length length of a row
     */
    public double[][] rows(Object key, int length) {
        return rows.computeIfAbsent(key, _ -> new double[workers][length]);
    }
}
