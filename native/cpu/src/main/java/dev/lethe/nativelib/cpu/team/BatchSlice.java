package dev.lethe.nativelib.cpu.team;

/**
 * The examples of a batch that one worker handles. Slices are as even as possible; the first ones may have one more.
 *
 * @param worker number of the worker, from 0
 * @param first first example of the slice
 * @param examples number of examples; 0 for the last workers if the batch is smaller than the team
 */
public record BatchSlice(int worker, int first, int examples) {
    /**
     * Returns the examples of one worker.
     *
     * @param batch number of examples of the whole batch
     * @param worker number of the worker, from 0
     * @param workers size of the team
     */
    public static BatchSlice of(int batch, int worker, int workers) {
        int least = batch / workers;
        int withOneMore = batch % workers;
        return new BatchSlice(worker, worker * least + Math.min(worker, withOneMore),
                least + (worker < withOneMore ? 1 : 0));
    }
}
