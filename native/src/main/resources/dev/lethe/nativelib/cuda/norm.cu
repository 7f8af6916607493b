// Batch normalisation, and sums over all rows of a matrix (rows, channels). A thread keeps its column of channels and
// goes down the rows; sums are made in two steps in a fixed order, so that the same data give the same bits.

#define MOST_LANES 8 // of a thread

/** Which channels a thread handles, and which rows. */
template <int V> struct Column {
    int column; // of V channels, in the block
    int columns; // of the block
    int row;
    int rows; // in the block at a time
    int channel; // the first
    bool active;
    s64 first; // element of the thread, in its first row
    s64 step; // elements to its next row

    __device__ Column(int channels) {
        int all = channels / V;
        columns = all < THREADS ? all : THREADS;
        rows = THREADS / columns;
        column = threadIdx.x % columns;
        row = threadIdx.x / columns;
        channel = (blockIdx.y * columns + column) * V;
        active = row < rows && channel < channels;
        first = ((s64) blockIdx.x * rows + row) * channels + channel;
        step = (s64) gridDim.x * rows * channels;
    }
};

/** Adds up what the threads of a block have for each of two sums and writes (2, channels) for the block. */
template <int V> __device__ inline void storePartial(const Column<V>& at, float sums[2][V], float* partial, int channels) {
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

#define SUMMED_CHANNELS 8 // of a block that adds up what blocks have left: few, so that its threads have little to add
#define SUMMED_ROWS (THREADS / SUMMED_CHANNELS)

struct Totals {
    double first;
    double second;
};

/** Both sums of a channel over all blocks; to be called by all threads of a block. */
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

struct StatisticsArguments {
    const void* input; // (rows, channels)
    float* partial; // (blocks, 2, channels)
    s64 rows;
    int channels;
};

/** Sums of differences to the first row, and of their squares: a channel far from zero would lose digits otherwise. */
template <typename T, int V> __device__ inline void statistics(const StatisticsArguments& a) {
    Column<V> at(a.channels);
    const T* input = (const T*) a.input;
    float sums[2][V] = {};
    if (at.active) {
        float first[V];
        Lanes<T, V>::load(input, at.channel, first);
        for (s64 i = at.first; i < a.rows * a.channels; i += at.step) {
            float x[V];
            Lanes<T, V>::load(input, i, x);
#pragma unroll
            for (int k = 0; k < V; k++) {
                float difference = x[k] - first[k];
                sums[0][k] += difference;
                sums[1][k] += difference * difference;
            }
        }
    }
    storePartial<V>(at, sums, a.partial, a.channels);
}

struct MomentsArguments {
    const void* input;
    const float* partial;
    float* mean; // of the batch
    float* inverse; // of its deviation
    float* runningMean;
    float* runningVariance;
    s64 rows;
    int channels;
    int blocks;
    float epsilon;
    float momentum;
};

template <typename T> __device__ inline void moments(const MomentsArguments& a) {
    Totals sums = total(a.partial, a.blocks, a.channels); // of differences, and of their squares
    int channel = blockIdx.x * SUMMED_CHANNELS + threadIdx.x;
    if (threadIdx.x >= SUMMED_CHANNELS || channel >= a.channels) {
        return;
    }
    double shift = sums.first / a.rows;
    double variance = sums.second / a.rows - shift * shift;
    variance = variance < 0 ? 0 : variance;
    double mean = get((const T*) a.input, channel) + shift;
    a.mean[channel] = (float) mean;
    a.inverse[channel] = (float) (1 / sqrt(variance + a.epsilon));
    double unbiased = variance * a.rows / (a.rows > 1 ? a.rows - 1 : 1);
    a.runningMean[channel] += a.momentum * ((float) mean - a.runningMean[channel]);
    a.runningVariance[channel] += a.momentum * ((float) unbiased - a.runningVariance[channel]);
}

KERNEL(moments_f32, MomentsArguments) {
    moments<float>(a);
}

KERNEL(moments_bf16, MomentsArguments) {
    moments<bf16>(a);
}

/** The running statistics in the place of a batch's. */
KERNEL(running_moments, MomentsArguments) {
    for (int channel = (int) firstIndex(); channel < a.channels; channel += (int) stride()) {
        a.mean[channel] = a.runningMean[channel];
        a.inverse[channel] = 1 / sqrtf(a.runningVariance[channel] + a.epsilon);
    }
}

struct NormArguments {
    const void* input;
    const void* residual; // null for none
    const float* mean;
    const float* inverse;
    const float* scale;
    const float* shift;
    void* output;
    s64 rows;
    int channels;
    int relu;
};

/** The same in both passes, bit by bit, as the backward pass tells by it what a ReLU has let through. */
__device__ inline float normalised(float x, float mean, float factor, float shift) {
    return fmaf(x - mean, factor, shift);
}

template <typename T, int V> __device__ inline void norm(const NormArguments& a) {
    Column<V> at(a.channels);
    if (!at.active) {
        return;
    }
    float mean[V];
    float factor[V];
    float shift[V];
    for (int k = 0; k < V; k++) {
        int channel = at.channel + k;
        mean[k] = a.mean[channel];
        factor[k] = a.scale[channel] * a.inverse[channel];
        shift[k] = a.shift[channel];
    }
    for (s64 i = at.first; i < a.rows * a.channels; i += at.step) {
        float x[V];
        float residual[V] = {};
        Lanes<T, V>::load((const T*) a.input, i, x);
        if (a.residual) {
            Lanes<T, V>::load((const T*) a.residual, i, residual);
        }
#pragma unroll
        for (int k = 0; k < V; k++) {
            float z = normalised(x[k], mean[k], factor[k], shift[k]) + residual[k];
            x[k] = a.relu && !(z > 0) ? 0 : z;
        }
        Lanes<T, V>::store((T*) a.output, i, x);
    }
}

struct NormGradientArguments {
    const void* input;
    const void* output; // tells what a ReLU has let through; null where there was none, or the input tells it
    const void* gradient;
    const void* secondGradient; // null for none
    const float* mean;
    const float* inverse;
    const float* scale;
    const float* shift; // with which the input tells it
    const float* means; // (2, channels): of the gradient, and of it times the normalised input; for the second pass
    float* partial; // (blocks, 2, channels); of the first pass
    void* residualGradient; // null where it is not wanted
    void* inputGradient;
    s64 rows;
    int channels;
};

/** What the channels of a thread were normalised by. */
template <int V, bool TOLD_BY_INPUT> struct Normalisation {
    float mean[V];
    float factor[V];
    float shift[V]; // where the input tells what a ReLU has let through

    __device__ Normalisation(const NormGradientArguments& a, int first) {
        for (int k = 0; k < V; k++) {
            mean[k] = a.mean[first + k];
            factor[k] = a.scale[first + k] * a.inverse[first + k];
            shift[k] = TOLD_BY_INPUT ? a.shift[first + k] : 0;
        }
    }
};

/** The gradient before the activation: what the two passes have in common. */
template <typename T, int V, bool TOLD_BY_INPUT> __device__ inline void loadGradient(const NormGradientArguments& a,
        const Normalisation<V, TOLD_BY_INPUT>& by, s64 i, const float* x, float* to) {
    Lanes<T, V>::load((const T*) a.gradient, i, to);
    if (a.secondGradient) {
        float second[V];
        Lanes<T, V>::load((const T*) a.secondGradient, i, second);
#pragma unroll
        for (int k = 0; k < V; k++) {
            to[k] += second[k];
        }
    }
    if (TOLD_BY_INPUT) { // one tensor less to read
#pragma unroll
        for (int k = 0; k < V; k++) {
            to[k] = normalised(x[k], by.mean[k], by.factor[k], by.shift[k]) > 0 ? to[k] : 0;
        }
    } else if (a.output) {
        float output[V];
        Lanes<T, V>::load((const T*) a.output, i, output);
#pragma unroll
        for (int k = 0; k < V; k++) {
            to[k] = output[k] > 0 ? to[k] : 0;
        }
    }
}

template <typename T, int V, bool TOLD_BY_INPUT> __device__ inline void normSums(const NormGradientArguments& a) {
    Column<V> at(a.channels);
    float sums[2][V] = {};
    if (at.active) {
        Normalisation<V, TOLD_BY_INPUT> by(a, at.channel);
        for (s64 i = at.first; i < a.rows * a.channels; i += at.step) {
            float x[V];
            float gradient[V];
            Lanes<T, V>::load((const T*) a.input, i, x);
            loadGradient<T, V, TOLD_BY_INPUT>(a, by, i, x, gradient);
            if (a.residualGradient) {
                Lanes<T, V>::store((T*) a.residualGradient, i, gradient);
            }
#pragma unroll
            for (int k = 0; k < V; k++) {
                sums[0][k] += gradient[k];
                sums[1][k] += gradient[k] * (x[k] - by.mean[k]);
            }
        }
        for (int k = 0; k < V; k++) {
            sums[1][k] *= a.inverse[at.channel + k];
        }
    }
    storePartial<V>(at, sums, a.partial, a.channels);
}

template <typename T, int V, bool TOLD_BY_INPUT> __device__ inline void normGradient(const NormGradientArguments& a) {
    Column<V> at(a.channels);
    if (!at.active) {
        return;
    }
    Normalisation<V, TOLD_BY_INPUT> by(a, at.channel);
    float first[V]; // what all elements of a channel lose
    float second[V]; // for each unit from the mean
    for (int k = 0; k < V; k++) {
        first[k] = a.means[at.channel + k];
        second[k] = a.means[a.channels + at.channel + k] * a.inverse[at.channel + k];
    }
    for (s64 i = at.first; i < a.rows * a.channels; i += at.step) {
        float x[V];
        float gradient[V];
        Lanes<T, V>::load((const T*) a.input, i, x);
        loadGradient<T, V, TOLD_BY_INPUT>(a, by, i, x, gradient);
#pragma unroll
        for (int k = 0; k < V; k++) {
            x[k] = by.factor[k] * (gradient[k] - first[k] - (x[k] - by.mean[k]) * second[k]);
        }
        Lanes<T, V>::store((T*) a.inputGradient, i, x);
    }
}

struct TotalsArguments {
    const float* partial; // (blocks, 2, channels)
    float* first; // (channels): the first sum
    float* second; // the second, null where it is not wanted
    float* means; // (2, channels): both over the rows; null where they are not wanted
    s64 rows;
    int channels;
    int blocks;
    int constant; // whether the statistics do not depend on the batch: then the means are zero
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

/** Sums of each column; what the second sum is, nobody asks. */
template <typename T, int V> __device__ inline void columnSums(const StatisticsArguments& a) {
    Column<V> at(a.channels);
    float sums[2][V] = {};
    if (at.active) {
        for (s64 i = at.first; i < a.rows * a.channels; i += at.step) {
            float x[V];
            Lanes<T, V>::load((const T*) a.input, i, x);
#pragma unroll
            for (int k = 0; k < V; k++) {
                sums[0][k] += x[k];
            }
        }
    }
    storePartial<V>(at, sums, a.partial, a.channels);
}

#define BY_LANES(name, function, Arguments) \
    KERNEL(name##_f32, Arguments) { \
        function<float, 1>(a); \
    } \
    KERNEL(name##_f32_wide, Arguments) { \
        function<float, Wide<float>::LANES>(a); \
    } \
    KERNEL(name##_bf16, Arguments) { \
        function<bf16, 1>(a); \
    } \
    KERNEL(name##_bf16_wide, Arguments) { \
        function<bf16, Wide<bf16>::LANES>(a); \
    }

template <typename T, int V> __device__ inline void plainNormSums(const NormGradientArguments& a) {
    normSums<T, V, false>(a);
}

template <typename T, int V> __device__ inline void toldNormSums(const NormGradientArguments& a) {
    normSums<T, V, true>(a);
}

template <typename T, int V> __device__ inline void plainNormGradient(const NormGradientArguments& a) {
    normGradient<T, V, false>(a);
}

template <typename T, int V> __device__ inline void toldNormGradient(const NormGradientArguments& a) {
    normGradient<T, V, true>(a);
}

BY_LANES(statistics, statistics, StatisticsArguments)
BY_LANES(norm, norm, NormArguments)
BY_LANES(norm_sums, plainNormSums, NormGradientArguments)
BY_LANES(norm_gradient, plainNormGradient, NormGradientArguments)
BY_LANES(told_norm_sums, toldNormSums, NormGradientArguments)
BY_LANES(told_norm_gradient, toldNormGradient, NormGradientArguments)
BY_LANES(column_sums, columnSums, StatisticsArguments)
