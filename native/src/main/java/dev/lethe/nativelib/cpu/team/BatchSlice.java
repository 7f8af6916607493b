package dev.lethe.nativelib.cpu.team;

/**
 * The examples of a batch that one worker handles: as even as possible, the first workers having one more.
 *
 * @param worker from 0
 * @param first example of the batch
 * @param examples how many; 0 for the last workers when the batch is smaller than the team
 */
public record BatchSlice(int worker, int first, int examples) {
    /**
     * Returns the examples of one worker.
     *
     * @param batch examples of the whole batch
     * @param worker from 0
     * @param workers the size of the team
     */
    public static BatchSlice of(int batch, int worker, int workers) {
        int least = batch / workers;
        int withOneMore = batch % workers;
        return new BatchSlice(worker, worker * least + Math.min(worker, withOneMore),
                least + (worker < withOneMore ? 1 : 0));
    }
}
