// Sums over all rows of a matrix (rows, channels). A thread keeps its columns of channels and goes down the rows. Sums
// are made in two steps in a fixed order, so that the same data give the same bits: each block writes its partial sums,
// and one kernel adds up those of all blocks.

#define MOST_LANES 8 // of a thread

/** The channels and the rows that a thread handles. */
template <int V> struct Column {
    int column; // of V channels, in the block
    int columns; // of the block
    int row;
    int rows; // in the block at a time
    int channel; // the first
    bool active;
    s64 first; // element of the thread, in its first row
    s64 step; // elements to its next row
    s64 count; // of its rows

    /**
     * Shares the rows out.
     *
     * @param fromEnd whether the threads go from the last row to the first. A kernel that follows one which wrote or read
     *        the same tensor from the start so finds in the second-level cache what that one touched last.
     */
    __device__ Column(s64 allRows, int channels, bool fromEnd) {
        int all = channels / V;
        columns = all < THREADS ? all : THREADS;
        rows = THREADS / columns;
        column = threadIdx.x % columns;
        row = threadIdx.x / columns;
        channel = (blockIdx.y * columns + column) * V;
        active = row < rows && channel < channels;
        s64 firstRow = (s64) blockIdx.x * rows + row;
        s64 stepRows = (s64) gridDim.x * rows;
        count = firstRow < allRows ? (allRows - firstRow + stepRows - 1) / stepRows : 0;
        first = (fromEnd ? allRows - 1 - firstRow : firstRow) * channels + channel;
        step = (fromEnd ? -stepRows : stepRows) * channels;
    }
};

/**
 * The next rows of a thread, all of which it fetches before it uses the first: memory is slow to answer, and a
 * multiprocessor needs some 40 KB on their way to keep it busy. Rows beyond those left repeat the first and are not used.
 */
template <typename T, int V, int ROWS> struct Rows {
    typename Lanes<T, V>::Packed packed[ROWS];

    __device__ inline void fetch(const void* from, s64 i, s64 step, s64 left) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            packed[r] = Lanes<T, V>::fetch((const T*) from, r < left ? i + r * step : i);
        }
    }

    __device__ inline void unpack(int r, float* to) const {
        Lanes<T, V>::unpack(packed[r], to);
    }
};

/** Loads a value of each of a thread's channels. */
template <int V> __device__ inline void loadChannels(const float* from, int channel, float* to) {
    const int WIDE = V % Wide<float>::LANES == 0 ? Wide<float>::LANES : 1;
#pragma unroll
    for (int k = 0; k < V; k += WIDE) {
        Lanes<float, WIDE>::load(from, channel + k, to + k);
    }
}

/** Adds up the two sums of the threads of a block and writes the block's (2, channels). */
template <int V> __device__ inline void storePartial(const Column<V>& at, float sums[2][V], float* partial,
        int channels) {
    __shared__ float shared[2][THREADS * MOST_LANES];
    if (at.active) {
        for (int s = 0; s < 2; s++) {
            for (int k = 0; k < V; k++) {
                shared[s][(at.row * at.columns + at.column) * V + k] = sums[s][k];
            }
        }
    }
    __syncthreads();
    int width = at.columns * V;
    for (int i = threadIdx.x; i < width; i += THREADS) {
        int channel = blockIdx.y * width + i;
        if (channel >= channels) {
            continue;
        }
        for (int s = 0; s < 2; s++) {
            float sum = 0;
            for (int row = 0; row < at.rows; row++) {
                sum += shared[s][row * width + i];
            }
            partial[(s64) (2 * blockIdx.x + s) * channels + channel] = sum;
        }
    }
}

// Channels of a block that adds up the partial sums of all blocks: few, so that each thread adds few numbers.
#define SUMMED_CHANNELS 8
#define SUMMED_ROWS (THREADS / SUMMED_CHANNELS)

struct Totals {
    double first;
    double second;
};

/** Returns both sums of a channel over all blocks; all threads of a block call it. */
__device__ inline Totals total(const float* partial, int blocks, int channels) {
    __shared__ double shared[2][THREADS];
    int t = threadIdx.x;
    int channel = blockIdx.x * SUMMED_CHANNELS + t % SUMMED_CHANNELS;
    double first = 0;
    double second = 0;
    if (channel < channels) {
#pragma unroll 4
        for (int block = t / SUMMED_CHANNELS; block < blocks; block += SUMMED_ROWS) {
            const float* sums = partial + (s64) 2 * block * channels + channel;
            first += sums[0];
            second += sums[channels];
        }
    }
    shared[0][t] = first;
    shared[1][t] = second;
    __syncthreads();
    for (int rows = SUMMED_ROWS / 2; rows > 0; rows /= 2) {
        if (t < rows * SUMMED_CHANNELS) {
            shared[0][t] += shared[0][t + rows * SUMMED_CHANNELS];
            shared[1][t] += shared[1][t + rows * SUMMED_CHANNELS];
        }
        __syncthreads();
    }
    return {shared[0][t % SUMMED_CHANNELS], shared[1][t % SUMMED_CHANNELS]};
}

/** Arguments of the kernels that make two sums of each column, for the blocks. */
struct StatisticsArguments {
    const void* input; // (rows, channels)
    float* partial; // (blocks, 2, channels)
    s64 rows;
    int channels;
};

/** Sums each column; the second sum stays zero. */
template <typename T, int V> __device__ inline void columnSums(const StatisticsArguments& a) {
    Column<V> at(a.rows, a.channels, false);
    float sums[2][V] = {};
    if (at.active) {
        const int ROWS = 4;
        s64 i = at.first;
        for (s64 left = at.count; left > 0; left -= ROWS, i += ROWS * at.step) {
            Rows<T, V, ROWS> rows;
            rows.fetch(a.input, i, at.step, left);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (r < left) {
                    float x[V];
                    rows.unpack(r, x);
#pragma unroll
                    for (int k = 0; k < V; k++) {
                        sums[0][k] += x[k];
                    }
                }
            }
        }
    }
    storePartial<V>(at, sums, a.partial, a.channels);
}

// Defines four kernels of a function: floats and bfloat16s, a channel or a vector of channels to each thread. A
// multiprocessor runs at least a number of blocks of them at once.
#define BY_LANES_OF(blocks, name, function, Arguments) \
    KERNEL_OF(blocks, name##_f32, Arguments) { \
        function<float, 1>(a); \
    } \
    KERNEL_OF(blocks, name##_f32_wide, Arguments) { \
        function<float, Wide<float>::LANES>(a); \
    } \
    KERNEL_OF(blocks, name##_bf16, Arguments) { \
        function<bf16, 1>(a); \
    } \
    KERNEL_OF(blocks, name##_bf16_wide, Arguments) { \
        function<bf16, Wide<bf16>::LANES>(a); \
    }
#define BY_LANES(name, function, Arguments) BY_LANES_OF(4, name, function, Arguments)

BY_LANES(column_sums, columnSums, StatisticsArguments)

/** Arguments of the kernel that adds up the sums of all blocks. */
struct TotalsArguments {
    const float* partial; // (blocks, 2, channels)
    float* first; // (channels): the first sum
    float* second; // (channels): the second sum; null where it is not wanted
    float* means; // (2, channels): both over the rows; null where they are not wanted
    s64 rows;
    int channels;
    int blocks;
    int constant; // 1 where the statistics do not depend on the batch: the means are zero then
};

KERNEL(totals, TotalsArguments) {
    Totals sums = total(a.partial, a.blocks, a.channels);
    int channel = blockIdx.x * SUMMED_CHANNELS + threadIdx.x;
    if (threadIdx.x >= SUMMED_CHANNELS || channel >= a.channels) {
        return;
    }
    a.first[channel] = (float) sums.first;
    if (a.second) {
        a.second[channel] = (float) sums.second;
    }
    if (a.means) {
        a.means[channel] = a.constant ? 0 : (float) (sums.first / a.rows);
        a.means[a.channels + channel] = a.constant ? 0 : (float) (sums.second / a.rows);
    }
}
