package dev.lethe.nativelib.onednn;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers that the workers of a plan leave for each other: each writes its own row before a barrier, all read every row
 * after it. Rows are made when a plan is compiled.
 */
final class WorkerExchange {
    private final int workers;
    private final Map<Object, double[][]> rows = new HashMap<>();

    /**
     * An exchange.
     *
     * @param workers that have a share of the batch
     */
    WorkerExchange(int workers) {
        this.workers = workers;
    }

    /** One row a worker, the same ones for everybody who asks with the key. */
    double[][] rows(Object key, int length) {
        return rows.computeIfAbsent(key, _ -> new double[workers][length]);
    }
}
