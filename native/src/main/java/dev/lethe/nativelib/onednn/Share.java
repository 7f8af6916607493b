package dev.lethe.nativelib.onednn;

/**
 * The examples of a batch that one worker handles: as even as possible, the first workers having one more.
 *
 * @param worker from 0
 * @param first example of the batch
 * @param examples how many; 0 for the last workers when the batch is smaller than the team
 */
record Share(int worker, int first, int examples) {
    static Share of(int batch, int worker, int workers) {
        int least = batch / workers;
        int withOneMore = batch % workers;
        return new Share(worker, worker * least + Math.min(worker, withOneMore),
                least + (worker < withOneMore ? 1 : 0));
    }
}
