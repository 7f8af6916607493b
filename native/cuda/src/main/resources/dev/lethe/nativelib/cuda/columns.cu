// Sums over all rows of a matrix (rows, channels). A thread keeps its columns of channels and goes down the rows; the
// blocks of a grid's row, blockIdx.y, have the same channels. Sums are made in two steps in a fixed order, so that the same
// data give the same bits: each block writes its partial sums, and the last one to do so adds up those of all blocks. No
// kernel of its own does that, which would begin when the device is idle and keep few multiprocessors busy.

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
        columns = (all + gridDim.y - 1) / gridDim.y;
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
#ifdef __CUDA_ARCH__
        asm volatile("" ::: "memory"); // or the compiler puts a load where its row is used, behind the wait for another
#endif
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

/** The memory for sums of all blocks. */
struct Partials {
    float* sums; // (gridDim.y, gridDim.x, 2 x channels of a block, and up to three zeros)
    u32* arrived; // (gridDim.y): blocks that have written their sums; 0 before and after each kernel
};

/** Tells the threads of a block whether it is the last of its channels to arrive, and so sees what the others wrote. */
__device__ inline bool lastToArrive(u32* arrived) {
    __syncthreads();
    bool last = false;
    if (threadIdx.x == 0) {
        __threadfence();
        last = atomicAdd(arrived, 1u) == gridDim.x - 1;
        __threadfence();
    }
    return __syncthreads_or(last);
}

/**
 * Adds up the two sums of all threads that have a channel. All threads of all blocks call it; those of the last block
 * to arrive call finish(channel, first sum, second sum) once for each of their channels.
 */
template <int V, typename Finish> __device__ inline void addUp(const Column<V>& at, const float sums[2][V],
        const Partials& partials, int channels, Finish finish) {
    __shared__ union {
        float rows[2 * THREADS * V]; // (rows of the block, 2, its channels)
        double totals[THREADS * Wide<float>::LANES]; // (threads that share a sum, sums of a block)
    } shared;
    int width = at.columns * V;
    if (at.row < at.rows) {
        for (int s = 0; s < 2; s++) {
            for (int k = 0; k < V; k++) {
                shared.rows[(2 * at.row + s) * width + at.column * V + k] = sums[s][k];
            }
        }
    }
    __syncthreads();
    const int LANES = Wide<float>::LANES;
    int packs = (2 * width + LANES - 1) / LANES; // at most THREADS, as the host shares channels out
    float* blocks = partials.sums + (s64) blockIdx.y * gridDim.x * packs * LANES;
    for (int i = threadIdx.x; i < packs * LANES; i += THREADS) {
        float sum = 0;
        for (int row = 0; i < 2 * width && row < at.rows; row++) {
            sum += shared.rows[2 * row * width + i];
        }
        blocks[(s64) blockIdx.x * packs * LANES + i] = sum;
    }
    if (!lastToArrive(partials.arrived + blockIdx.y)) {
        return;
    }
    int shares = THREADS / packs;
    int share = threadIdx.x / packs;
    if (share < shares) {
        const int BLOCKS = 8;
        double totals[LANES] = {};
        int first = threadIdx.x % packs * LANES;
        s64 step = (s64) shares * packs * LANES;
        s64 i = (s64) share * packs * LANES + first;
        for (int left = ((int) gridDim.x - share + shares - 1) / shares; left > 0; left -= BLOCKS, i += BLOCKS * step) {
            Rows<float, LANES, BLOCKS> rows;
            rows.fetch(blocks, i, step, left);
#pragma unroll
            for (int r = 0; r < BLOCKS; r++) {
                if (r < left) {
                    float x[LANES];
                    rows.unpack(r, x);
                    for (int k = 0; k < LANES; k++) {
                        totals[k] += x[k];
                    }
                }
            }
        }
        for (int k = 0; k < LANES; k++) {
            shared.totals[share * packs * LANES + first + k] = totals[k];
        }
    }
    __syncthreads();
    for (int i = threadIdx.x; i < width; i += THREADS) {
        int channel = blockIdx.y * width + i;
        double totals[2] = {};
        for (share = 0; share < shares; share++) {
            totals[0] += shared.totals[share * packs * LANES + i];
            totals[1] += shared.totals[share * packs * LANES + width + i];
        }
        if (channel < channels) {
            finish(channel, totals[0], totals[1]);
        }
    }
    if (threadIdx.x == 0) {
        partials.arrived[blockIdx.y] = 0;
    }
}

/** Arguments of the kernels that sum each column. */
struct ColumnSumsArguments {
    const void* input; // (rows, channels)
    Partials partials;
    float* sums; // (channels)
    s64 rows;
    int channels;
};

template <typename T, int V> __device__ inline void columnSums(const ColumnSumsArguments& a) {
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
    addUp<V>(at, sums, a.partials, a.channels, [&](int channel, double sum, double) {
        a.sums[channel] = (float) sum;
    });
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

BY_LANES(column_sums, columnSums, ColumnSumsArguments)
