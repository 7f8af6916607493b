// Batch normalisation of a matrix (rows, channels): forward pass, running statistics and gradients, with the sums of
// columns.cu.

/** Sums differences to the first row, and their squares: a channel far from zero would lose digits otherwise. */
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
    const void* input; // (rows, channels)
    const float* partial; // (blocks, 2, channels)
    float* mean; // (channels), of the batch
    float* inverse; // (channels), of its deviation
    float* runningMean; // (channels)
    float* runningVariance; // (channels)
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

/** Takes the running statistics in place of a batch's. */
KERNEL(running_moments, MomentsArguments) {
    for (int channel = (int) firstIndex(); channel < a.channels; channel += (int) stride()) {
        a.mean[channel] = a.runningMean[channel];
        a.inverse[channel] = 1 / sqrtf(a.runningVariance[channel] + a.epsilon);
    }
}

struct NormArguments {
    const void* input; // (rows, channels)
    const void* residual; // (rows, channels); null for none
    const float* mean; // (channels)
    const float* inverse; // (channels), of the deviation
    const float* scale; // (channels)
    const float* shift; // (channels)
    void* output; // (rows, channels)
    s64 rows;
    int channels;
    int relu;
};

/** Normalises with the same bits in both passes, since the backward pass tells by it what ReLU let through. */
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
    const void* input; // (rows, channels)
    const void* output; // (rows, channels), tells what ReLU let through; null if there is none, or the input tells it
    const void* gradient; // (rows, channels)
    const void* secondGradient; // (rows, channels); null for none
    const float* mean; // (channels)
    const float* inverse; // (channels), of the deviation
    const float* scale; // (channels)
    const float* shift; // (channels), by which the input tells what ReLU let through
    const float* means; // (2, channels): of the gradient, and of it times the normalised input; for the second pass
    float* partial; // (blocks, 2, channels), of the first pass
    void* residualGradient; // (rows, channels); null if it is not wanted
    void* inputGradient; // (rows, channels)
    s64 rows;
    int channels;
};

/** The statistics and parameters of a thread's channels. */
template <int V, bool TOLD_BY_INPUT> struct Normalisation {
    float mean[V];
    float factor[V];
    float shift[V]; // used if the input tells what ReLU let through

    __device__ Normalisation(const NormGradientArguments& a, int first) {
        for (int k = 0; k < V; k++) {
            mean[k] = a.mean[first + k];
            factor[k] = a.scale[first + k] * a.inverse[first + k];
            shift[k] = TOLD_BY_INPUT ? a.shift[first + k] : 0;
        }
    }
};

/** Loads the gradient before the activation, for both passes. */
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
    float first[V]; // subtracted from every element of a channel
    float second[V]; // subtracted for each unit of distance from the mean
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
