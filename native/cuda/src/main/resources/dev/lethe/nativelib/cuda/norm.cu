// Batch normalisation of a matrix (rows, channels): forward pass, running statistics and gradients, with the sums of
// columns.cu.

/** Arguments of the kernels that find the statistics to normalise by. */
struct MomentsArguments {
    const void* input; // (rows, channels)
    Partials partials; // null where the running statistics are taken
    float* mean; // (channels), of the batch
    float* inverse; // (channels), of its deviation
    float* runningMean; // (channels)
    float* runningVariance; // (channels)
    s64 rows;
    int channels;
    float epsilon;
    float momentum;
};

/** Sums differences to the first row, and their squares: a channel far from zero would lose digits otherwise. */
template <typename T, int V> __device__ inline void statistics(const MomentsArguments& a) {
    Column<V> at(a.rows, a.channels, true);
    const T* input = (const T*) a.input;
    float sums[2][V] = {};
    if (at.active) {
        float first[V];
        Lanes<T, V>::load(input, at.channel, first);
        const int ROWS = 4;
        s64 i = at.first;
        for (s64 left = at.count; left > 0; left -= ROWS, i += ROWS * at.step) {
            Rows<T, V, ROWS> rows;
            rows.fetch(input, i, at.step, left);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (r < left) {
                    float x[V];
                    rows.unpack(r, x);
#pragma unroll
                    for (int k = 0; k < V; k++) {
                        float difference = x[k] - first[k];
                        sums[0][k] += difference;
                        sums[1][k] += difference * difference;
                    }
                }
            }
        }
    }
    addUp<V>(at, sums, a.partials, a.channels, [&](int channel, double differences, double squares) {
        double shift = differences / a.rows;
        double variance = squares / a.rows - shift * shift;
        variance = variance < 0 ? 0 : variance;
        double mean = get(input, channel) + shift;
        a.mean[channel] = (float) mean;
        a.inverse[channel] = (float) (1 / sqrt(variance + a.epsilon));
        double unbiased = variance * a.rows / (a.rows > 1 ? a.rows - 1 : 1);
        a.runningMean[channel] += a.momentum * ((float) mean - a.runningMean[channel]);
        a.runningVariance[channel] += a.momentum * ((float) unbiased - a.runningVariance[channel]);
    });
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

template <typename T, int V, int ROWS, bool RESIDUAL> __device__ inline void normRows(const NormArguments& a,
        const Column<V>& at) {
    float mean[V];
    float factor[V];
    float shift[V];
    float inverse[V];
    loadChannels<V>(a.mean, at.channel, mean);
    loadChannels<V>(a.inverse, at.channel, inverse);
    loadChannels<V>(a.scale, at.channel, factor);
    loadChannels<V>(a.shift, at.channel, shift);
#pragma unroll
    for (int k = 0; k < V; k++) {
        factor[k] *= inverse[k];
    }
    s64 i = at.first;
    for (s64 left = at.count; left > 0; left -= ROWS, i += ROWS * at.step) {
        Rows<T, V, ROWS> input;
        Rows<T, V, ROWS> residuals;
        input.fetch(a.input, i, at.step, left);
        if (RESIDUAL) {
            residuals.fetch(a.residual, i, at.step, left);
        }
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            if (r < left) {
                float x[V];
                float residual[V] = {};
                input.unpack(r, x);
                if (RESIDUAL) {
                    residuals.unpack(r, residual);
                }
#pragma unroll
                for (int k = 0; k < V; k++) {
                    float z = normalised(x[k], mean[k], factor[k], shift[k]) + residual[k];
                    x[k] = a.relu && !(z > 0) ? 0 : z;
                }
                Lanes<T, V>::store((T*) a.output, i + r * at.step, x);
            }
        }
    }
}

template <typename T, int V> __device__ inline void norm(const NormArguments& a) {
    Column<V> at(a.rows, a.channels, false);
    if (!at.active) {
        return;
    }
    if (a.residual) {
        normRows<T, V, 2, true>(a, at);
    } else {
        normRows<T, V, 4, false>(a, at);
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
    float* means; // (2, channels): of the gradient, and of it times the normalised input; from first to second pass
    Partials partials; // of the first pass
    float* shiftGradient; // (channels)
    float* scaleGradient; // (channels)
    void* residualGradient; // (rows, channels); null if it is not wanted
    void* inputGradient; // (rows, channels)
    s64 rows;
    int channels;
    int constant; // 1 where the statistics do not depend on the batch: the means are zero then
};

/** The statistics and parameters of a thread's channels. */
template <int V, bool TOLD_BY_INPUT> struct Normalisation {
    float mean[V];
    float factor[V];
    float shift[V]; // used if the input tells what ReLU let through

    __device__ Normalisation(const NormGradientArguments& a, int first) {
        float inverse[V];
        loadChannels<V>(a.mean, first, mean);
        loadChannels<V>(a.inverse, first, inverse);
        loadChannels<V>(a.scale, first, factor);
#pragma unroll
        for (int k = 0; k < V; k++) {
            factor[k] *= inverse[k];
            shift[k] = 0;
        }
        if (TOLD_BY_INPUT) {
            loadChannels<V>(a.shift, first, shift);
        }
    }
};

/**
 * The next rows of the input and of the gradient before the activation, for both passes. SECOND tells whether the
 * gradient is a sum of two, OUTPUT whether the output tells what ReLU let through.
 */
template <typename T, int V, int ROWS, bool TOLD_BY_INPUT, bool SECOND, bool OUTPUT> struct GradientRows {
    Rows<T, V, ROWS> input;
    Rows<T, V, ROWS> gradients;
    Rows<T, V, ROWS> seconds;
    Rows<T, V, ROWS> outputs;

    __device__ inline void fetch(const NormGradientArguments& a, s64 i, s64 step, s64 left) {
        input.fetch(a.input, i, step, left);
        gradients.fetch(a.gradient, i, step, left);
        if (SECOND) {
            seconds.fetch(a.secondGradient, i, step, left);
        }
        if (OUTPUT) {
            outputs.fetch(a.output, i, step, left);
        }
    }

    __device__ inline void unpack(int r, const Normalisation<V, TOLD_BY_INPUT>& by, float* x, float* gradient) const {
        input.unpack(r, x);
        gradients.unpack(r, gradient);
        if (SECOND) {
            float second[V];
            seconds.unpack(r, second);
#pragma unroll
            for (int k = 0; k < V; k++) {
                gradient[k] += second[k];
            }
        }
        if (TOLD_BY_INPUT) { // one tensor less to read
#pragma unroll
            for (int k = 0; k < V; k++) {
                gradient[k] = normalised(x[k], by.mean[k], by.factor[k], by.shift[k]) > 0 ? gradient[k] : 0;
            }
        } else if (OUTPUT) {
            float output[V];
            outputs.unpack(r, output);
#pragma unroll
            for (int k = 0; k < V; k++) {
                gradient[k] = output[k] > 0 ? gradient[k] : 0;
            }
        }
    }
};

/** Goes down the rows for the sums of the gradient, and of it times the distance from the mean. */
template <typename T, int V, bool TOLD_BY_INPUT> struct SumsPass {
    const NormGradientArguments& a;
    const Column<V>& at;
    float (&sums)[2][V];

    template <int ROWS, bool SECOND, bool OUTPUT> __device__ inline void run() {
        Normalisation<V, TOLD_BY_INPUT> by(a, at.channel);
        s64 i = at.first;
        for (s64 left = at.count; left > 0; left -= ROWS, i += ROWS * at.step) {
            GradientRows<T, V, ROWS, TOLD_BY_INPUT, SECOND, OUTPUT> rows;
            rows.fetch(a, i, at.step, left);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (r < left) {
                    float x[V];
                    float gradient[V];
                    rows.unpack(r, by, x, gradient);
                    if (a.residualGradient) {
                        Lanes<T, V>::store((T*) a.residualGradient, i + r * at.step, gradient);
                    }
#pragma unroll
                    for (int k = 0; k < V; k++) {
                        sums[0][k] += gradient[k];
                        sums[1][k] += gradient[k] * (x[k] - by.mean[k]);
                    }
                }
            }
        }
        float inverse[V];
        loadChannels<V>(a.inverse, at.channel, inverse);
#pragma unroll
        for (int k = 0; k < V; k++) {
            sums[1][k] *= inverse[k];
        }
    }
};

/** Goes down the rows for the gradient of the input. */
template <typename T, int V, bool TOLD_BY_INPUT> struct GradientPass {
    const NormGradientArguments& a;
    const Column<V>& at;

    template <int ROWS, bool SECOND, bool OUTPUT> __device__ inline void run() {
        Normalisation<V, TOLD_BY_INPUT> by(a, at.channel);
        float first[V]; // subtracted from every element of a channel
        float second[V]; // subtracted for each unit of distance from the mean
        float inverse[V];
        loadChannels<V>(a.means, at.channel, first);
        loadChannels<V>(a.means + a.channels, at.channel, second);
        loadChannels<V>(a.inverse, at.channel, inverse);
#pragma unroll
        for (int k = 0; k < V; k++) {
            second[k] *= inverse[k];
        }
        s64 i = at.first;
        for (s64 left = at.count; left > 0; left -= ROWS, i += ROWS * at.step) {
            GradientRows<T, V, ROWS, TOLD_BY_INPUT, SECOND, OUTPUT> rows;
            rows.fetch(a, i, at.step, left);
#pragma unroll
            for (int r = 0; r < ROWS; r++) {
                if (r < left) {
                    float x[V];
                    float gradient[V];
                    rows.unpack(r, by, x, gradient);
#pragma unroll
                    for (int k = 0; k < V; k++) {
                        x[k] = by.factor[k] * (gradient[k] - first[k] - (x[k] - by.mean[k]) * second[k]);
                    }
                    Lanes<T, V>::store((T*) a.inputGradient, i + r * at.step, x);
                }
            }
        }
    }
};

/** Runs a pass in the form for the tensors that there are, so that no branch stands between its loads. */
template <bool TOLD_BY_INPUT, typename Pass> __device__ inline void choose(const NormGradientArguments& a, Pass pass) {
    if (TOLD_BY_INPUT || !a.output) {
        if (a.secondGradient) {
            pass.template run<2, true, false>();
        } else {
            pass.template run<4, false, false>();
        }
    } else if (a.secondGradient) {
        pass.template run<2, true, true>();
    } else {
        pass.template run<2, false, true>();
    }
}

template <typename T, int V, bool TOLD_BY_INPUT> __device__ inline void normSums(const NormGradientArguments& a) {
    Column<V> at(a.rows, a.channels, true);
    float sums[2][V] = {};
    if (at.active) {
        choose<TOLD_BY_INPUT>(a, SumsPass<T, V, TOLD_BY_INPUT>{a, at, sums});
    }
    addUp<V>(at, sums, a.partials, a.channels, [&](int channel, double gradients, double products) {
        a.shiftGradient[channel] = (float) gradients;
        a.scaleGradient[channel] = (float) products;
        a.means[channel] = a.constant ? 0 : (float) (gradients / a.rows);
        a.means[a.channels + channel] = a.constant ? 0 : (float) (products / a.rows);
    });
}

template <typename T, int V, bool TOLD_BY_INPUT> __device__ inline void normGradient(const NormGradientArguments& a) {
    Column<V> at(a.rows, a.channels, false);
    if (at.active) {
        choose<TOLD_BY_INPUT>(a, GradientPass<T, V, TOLD_BY_INPUT>{a, at});
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

BY_LANES(statistics, statistics, MomentsArguments)
BY_LANES(norm, norm, NormArguments)
BY_LANES_OF(2, norm_sums, plainNormSums, NormGradientArguments)
BY_LANES_OF(2, norm_gradient, plainNormGradient, NormGradientArguments)
BY_LANES_OF(2, told_norm_sums, toldNormSums, NormGradientArguments)
BY_LANES_OF(2, told_norm_gradient, toldNormGradient, NormGradientArguments)
