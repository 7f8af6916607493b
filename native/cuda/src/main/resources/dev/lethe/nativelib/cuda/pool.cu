// Pooling over (N, H, W, C). Gradients are gathered: a thread finds the windows that contain its element, so that no
// sum is shared by threads.

struct PoolArguments {
    const void* input; // (batch, height, width, channels)
    const void* outputGradient; // (batch, outputHeight, outputWidth, channels); of the gradient kernels
    void* result; // output (batch, outputHeight, outputWidth, channels), or gradient of the input, in its shape
    int batch;
    int height;
    int width;
    int channels;
    int outputHeight;
    int outputWidth;
    int window;
    int stride;
    int padding;
    int relu;
};

template <typename T, int V> __device__ inline void maxPool(const PoolArguments& a) {
    int columns = a.channels / V;
    s64 count = (s64) a.batch * a.outputHeight * a.outputWidth * columns;
    for (s64 i = firstIndex(); i < count; i += stride()) {
        int channel = (int) (i % columns) * V;
        int q = (int) (i / columns % a.outputWidth);
        int p = (int) (i / columns / a.outputWidth % a.outputHeight);
        s64 n = i / columns / a.outputWidth / a.outputHeight;
        float best[V] = {};
        bool any = false;
        for (int r = 0; r < a.window; r++) {
            int row = p * a.stride - a.padding + r;
            for (int s = 0; s < a.window; s++) {
                int column = q * a.stride - a.padding + s;
                if (row < 0 || row >= a.height || column < 0 || column >= a.width) {
                    continue;
                }
                float x[V];
                Lanes<T, V>::load((const T*) a.input, ((n * a.height + row) * a.width + column) * a.channels + channel,
                        x);
#pragma unroll
                for (int k = 0; k < V; k++) {
                    best[k] = !any || x[k] > best[k] ? x[k] : best[k];
                }
                any = true;
            }
        }
#pragma unroll
        for (int k = 0; k < V; k++) {
            best[k] = a.relu && !(best[k] > 0) ? 0 : best[k];
        }
        Lanes<T, V>::store((T*) a.result, i * V, best);
    }
}

/** Tells whether no element of a window is larger than x, or equal and before it in row order. */
template <typename T, int V>
__device__ inline void wins(const PoolArguments& a, s64 n, int p, int q, int atRow, int atColumn, int channel,
        const float* x, bool* winner) {
#pragma unroll
    for (int k = 0; k < V; k++) {
        winner[k] = !(a.relu && !(x[k] > 0));
    }
    for (int r = 0; r < a.window; r++) {
        int row = p * a.stride - a.padding + r;
        for (int s = 0; s < a.window; s++) {
            int column = q * a.stride - a.padding + s;
            if (row < 0 || row >= a.height || column < 0 || column >= a.width) {
                continue;
            }
            float other[V];
            Lanes<T, V>::load((const T*) a.input, ((n * a.height + row) * a.width + column) * a.channels + channel,
                    other);
            bool before = row < atRow || (row == atRow && column < atColumn);
#pragma unroll
            for (int k = 0; k < V; k++) {
                winner[k] = winner[k] && !(other[k] > x[k] || (before && other[k] == x[k]));
            }
        }
    }
}

/** The first and the last window that contain an index. */
__device__ inline int firstWindow(const PoolArguments& a, int index) {
    int from = index + a.padding - a.window + 1;
    return from <= 0 ? 0 : (from + a.stride - 1) / a.stride;
}

__device__ inline int lastWindow(const PoolArguments& a, int index, int outputs) {
    int to = (index + a.padding) / a.stride;
    return to < outputs ? to : outputs - 1;
}

template <typename T, int V, bool MAX> __device__ inline void poolGradient(const PoolArguments& a) {
    int columns = a.channels / V;
    s64 count = (s64) a.batch * a.height * a.width * columns;
    for (s64 i = firstIndex(); i < count; i += stride()) {
        int channel = (int) (i % columns) * V;
        int column = (int) (i / columns % a.width);
        int row = (int) (i / columns / a.width % a.height);
        s64 n = i / columns / a.width / a.height;
        float x[V] = {};
        float sum[V] = {};
        bool winner[V];
        if (MAX) {
            Lanes<T, V>::load((const T*) a.input, i * V, x);
        }
        for (int p = firstWindow(a, row); p <= lastWindow(a, row, a.outputHeight); p++) {
            for (int q = firstWindow(a, column); q <= lastWindow(a, column, a.outputWidth); q++) {
                if (MAX) {
                    wins<T, V>(a, n, p, q, row, column, channel, x, winner);
                }
                float gradient[V];
                Lanes<T, V>::load((const T*) a.outputGradient,
                        ((n * a.outputHeight + p) * a.outputWidth + q) * a.channels + channel, gradient);
#pragma unroll
                for (int k = 0; k < V; k++) {
                    sum[k] += !MAX || winner[k] ? gradient[k] : 0;
                }
            }
        }
        if (!MAX) {
            for (int k = 0; k < V; k++) {
                sum[k] /= a.window * a.window;
            }
        }
        Lanes<T, V>::store((T*) a.result, i * V, sum);
    }
}

template <typename T, int V> __device__ inline void maxPoolGradient(const PoolArguments& a) {
    poolGradient<T, V, true>(a);
}

template <typename T, int V> __device__ inline void averagePoolGradient(const PoolArguments& a) {
    poolGradient<T, V, false>(a);
}

template <typename T, int V> __device__ inline void averagePool(const PoolArguments& a) {
    int columns = a.channels / V;
    s64 count = (s64) a.batch * a.outputHeight * a.outputWidth * columns;
    for (s64 i = firstIndex(); i < count; i += stride()) {
        int channel = (int) (i % columns) * V;
        int q = (int) (i / columns % a.outputWidth);
        int p = (int) (i / columns / a.outputWidth % a.outputHeight);
        s64 n = i / columns / a.outputWidth / a.outputHeight;
        float sum[V] = {};
        for (int r = 0; r < a.window; r++) {
            int row = p * a.stride - a.padding + r;
            for (int s = 0; s < a.window; s++) {
                int column = q * a.stride - a.padding + s;
                if (row < 0 || row >= a.height || column < 0 || column >= a.width) {
                    continue;
                }
                float x[V];
                Lanes<T, V>::load((const T*) a.input, ((n * a.height + row) * a.width + column) * a.channels + channel,
                        x);
#pragma unroll
                for (int k = 0; k < V; k++) {
                    sum[k] += x[k];
                }
            }
        }
        for (int k = 0; k < V; k++) {
            sum[k] /= a.window * a.window;
        }
        Lanes<T, V>::store((T*) a.result, i * V, sum);
    }
}

/** Computes the mean of whole images. */
template <typename From, typename To, int V> __device__ inline void globalAverage(const PoolArguments& a) {
    int columns = a.channels / V;
    int pixels = a.height * a.width;
    for (s64 i = firstIndex(); i < (s64) a.batch * columns; i += stride()) {
        int channel = (int) (i % columns) * V;
        s64 n = i / columns;
        float sum[V] = {};
        for (int pixel = 0; pixel < pixels; pixel++) {
            float x[V];
            Lanes<From, V>::load((const From*) a.input, (n * pixels + pixel) * a.channels + channel, x);
#pragma unroll
            for (int k = 0; k < V; k++) {
                sum[k] += x[k];
            }
        }
        for (int k = 0; k < V; k++) {
            sum[k] /= pixels;
        }
        for (int k = 0; k < V; k++) {
            set((To*) a.result, i * V + k, sum[k]);
        }
    }
}

template <typename From, typename To, int V> __device__ inline void globalAverageGradient(const PoolArguments& a) {
    int columns = a.channels / V;
    int pixels = a.height * a.width;
    for (s64 i = firstIndex(); i < (s64) a.batch * pixels * columns; i += stride()) {
        int channel = (int) (i % columns) * V;
        s64 n = i / columns / pixels;
        float gradient[V];
        for (int k = 0; k < V; k++) {
            gradient[k] = get((const From*) a.outputGradient, n * a.channels + channel + k) / pixels;
        }
        Lanes<To, V>::store((To*) a.result, i * V, gradient);
    }
}

BY_LANES(max_pool, maxPool, PoolArguments)
BY_LANES(max_pool_gradient, maxPoolGradient, PoolArguments)
BY_LANES(average_pool, averagePool, PoolArguments)
BY_LANES(average_pool_gradient, averagePoolGradient, PoolArguments)

#define GLOBAL_AVERAGE(images, Images, means, Means, suffix, lanes) \
    KERNEL(global_average_##images##_##means##suffix, PoolArguments) { \
        globalAverage<Images, Means, lanes>(a); \
    } \
    KERNEL(global_average_gradient_##means##_##images##suffix, PoolArguments) { \
        globalAverageGradient<Means, Images, lanes>(a); \
    }

GLOBAL_AVERAGE(f32, float, f32, float, , 1)
GLOBAL_AVERAGE(f32, float, f32, float, _wide, 4)
GLOBAL_AVERAGE(bf16, bf16, f32, float, , 1)
GLOBAL_AVERAGE(bf16, bf16, f32, float, _wide, 8)
GLOBAL_AVERAGE(bf16, bf16, bf16, bf16, , 1)
GLOBAL_AVERAGE(bf16, bf16, bf16, bf16, _wide, 8)
