// Operations on one element after the other. Inputs and output may be the same memory.

struct PointwiseArguments {
    const void* first; // (count)
    const void* second; // (count); null if there is one input
    void* output; // (count)
    s64 count;
    float factor;
};

struct Relu {
    static __device__ float of(float x, float, float) {
        return x > 0 ? x : 0;
    }
};

/** The gradient of ReLU: the first input is the output of the forward pass, the second its gradient. */
struct ReluGradient {
    static __device__ float of(float y, float gradient, float) {
        return y > 0 ? gradient : 0;
    }
};

struct Add {
    static __device__ float of(float x, float y, float) {
        return x + y;
    }
};

struct Mean {
    static __device__ float of(float x, float y, float) {
        return 0.5f * (x + y);
    }
};

struct Scale {
    static __device__ float of(float x, float, float factor) {
        return factor * x;
    }
};

#define ROOT_OF_HALF 0.70710678f
#define INVERSE_ROOT_OF_TWO_PI 0.39894228f

/** Returns the normal distribution function by the complementary error function, which keeps the digits of the tail. */
__device__ inline float normal(float x) {
    return 0.5f * erfcf(-ROOT_OF_HALF * x);
}

struct Gelu {
    static __device__ float of(float x, float, float) {
        return x * normal(x);
    }
};

/** The gradient of GELU: the first input is the input of the forward pass, the second the gradient of its output. */
struct GeluGradient {
    static __device__ float of(float x, float gradient, float) {
        return gradient * (normal(x) + x * INVERSE_ROOT_OF_TWO_PI * expf(-0.5f * x * x));
    }
};

template <typename From, typename To, int V, typename F>
__device__ inline void pointwise(const PointwiseArguments& a, s64 begin, s64 end) {
    const From* first = (const From*) a.first;
    const From* second = (const From*) a.second;
    for (s64 i = begin + firstIndex() * V; i < end; i += stride() * V) {
        float x[V];
        float y[V];
        Lanes<From, V>::load(first, i, x);
        if (second) {
            Lanes<From, V>::load(second, i, y);
        }
#pragma unroll
        for (int k = 0; k < V; k++) {
            x[k] = F::of(x[k], second ? y[k] : 0, a.factor);
        }
        Lanes<To, V>::store((To*) a.output, i, x);
    }
}

template <typename T, typename F> __device__ inline void pointwise(const PointwiseArguments& a) {
    s64 whole = a.count / Wide<T>::LANES * Wide<T>::LANES;
    pointwise<T, T, Wide<T>::LANES, F>(a, 0, whole);
    pointwise<T, T, 1, F>(a, whole, a.count);
}

#define POINTWISE(name, F) \
    KERNEL(name##_f32, PointwiseArguments) { \
        pointwise<float, F>(a); \
    } \
    KERNEL(name##_bf16, PointwiseArguments) { \
        pointwise<bf16, F>(a); \
    }

POINTWISE(relu, Relu)
POINTWISE(relu_gradient, ReluGradient)
POINTWISE(add, Add)
POINTWISE(mean, Mean)
POINTWISE(scale, Scale)
POINTWISE(gelu, Gelu)
POINTWISE(gelu_gradient, GeluGradient)

KERNEL(scale_f32_bf16, PointwiseArguments) {
    pointwise<float, bf16, 1, Scale>(a, 0, a.count);
}

KERNEL(scale_bf16_f32, PointwiseArguments) {
    pointwise<bf16, float, 1, Scale>(a, 0, a.count);
}

struct BiasArguments {
    const float* bias; // (channels); null for none
    void* values; // (rows, channels), changed in place
    s64 count;
    int channels;
    int relu;
};

template <typename T> __device__ inline void bias(const BiasArguments& a) {
    T* values = (T*) a.values;
    for (s64 i = firstIndex(); i < a.count; i += stride()) {
        float x = get(values, i) + (a.bias ? a.bias[i % a.channels] : 0);
        set(values, i, a.relu && !(x > 0) ? 0 : x);
    }
}

KERNEL(bias_f32, BiasArguments) {
    bias<float>(a);
}

KERNEL(bias_bf16, BiasArguments) {
    bias<bf16>(a);
}

struct DropArguments {
    const int* order; // (presentations): example ids
    const Place* place;
    const int* epoch; // (1)
    const void* input; // (batch, elements)
    void* output; // (batch, elements)
    u64 seed;
    int elements; // of an example
    int layer;
    u32 stream;
    u32 threshold;
    u32 shift;
    u32 firstMultiplier;
    u32 secondMultiplier;
    float scale;
};

/** Dropout, see dev.lethe.kernels.op.Dropout: one block for each example. */
template <typename T> __device__ inline void drop(const DropArguments& a) {
    __shared__ u64 key;
    if (threadIdx.x == 0) {
        u32 example = a.order[a.place->position + blockIdx.x];
        key = philox(a.seed, a.stream, *a.epoch, (u64) a.layer << 32 | example);
    }
    __syncthreads();
    s64 begin = (s64) blockIdx.x * a.elements;
    for (int i = threadIdx.x; i < a.elements; i += THREADS) {
        u32 h = i + (u32) key;
        h = (h ^ h >> 16) * a.firstMultiplier;
        h = (h ^ h >> 13) + (u32) (key >> 32);
        h = (h ^ h >> 15) * a.secondMultiplier;
        h = h ^ h >> 16;
        float x = get((const T*) a.input, begin + i);
        set((T*) a.output, begin + i, h >> a.shift >= a.threshold ? x * a.scale : 0);
    }
}

KERNEL(drop_f32, DropArguments) {
    drop<float>(a);
}

KERNEL(drop_bf16, DropArguments) {
    drop<bf16>(a);
}
