// Softmax cross-entropy: one warp for each example. dev.lethe.kernels.op.Predictions defines the scores.

#define WARP 32
#define ALL_LANES 0xFFFFFFFFu
#define SUMS 5

struct LossArguments {
    const void* logits; // (batch, classes)
    const int* labels; // (examples)
    const int* order; // (presentations): example ids
    const Place* place;
    int* predicted; // (presentations), like the five that follow
    int* correct;
    float* margin;
    float* el2n;
    float* probability;
    float* loss;
    u32* seen; // (words): plane of dev.lethe.kernels.op.ExampleTables; null if only rows are wanted
    u32* right; // (words): plane of the examples that were predicted right
    float* sums; // (examples, SUMS)
    void* gradient; // (batch, classes); null if only predictions are wanted
    int batch;
    int classes;
    float smoothing;
    float meanOver;
    const float* weights; // (presentations): factors of the gradient; null if all are 1
};

__device__ inline float warpSum(float x) {
    for (int lane = WARP / 2; lane > 0; lane /= 2) {
        x += __shfl_xor_sync(ALL_LANES, x, lane);
    }
    return x;
}

__device__ inline float warpMax(float x) {
    for (int lane = WARP / 2; lane > 0; lane /= 2) {
        x = fmaxf(x, __shfl_xor_sync(ALL_LANES, x, lane));
    }
    return x;
}

__device__ inline int warpMin(int x) {
    for (int lane = WARP / 2; lane > 0; lane /= 2) {
        int other = __shfl_xor_sync(ALL_LANES, x, lane);
        x = other < x ? other : x;
    }
    return x;
}

/** Adds one presentation of an example that no other warp has. Each sum is rounded as on the host. */
__device__ inline void record(const LossArguments& a, int example, int correct, float margin, float el2n,
        float probability, float loss) {
    bool finite = margin - margin + (el2n - el2n) + (probability - probability) + (loss - loss) == 0;
    u32 bit = 1u << example % 32;
    atomicOr(a.seen + example / 32, bit); // atomic: other warps set bits of the same word; nothing is read by its order
    if (correct && finite) {
        atomicOr(a.right + example / 32, bit);
    }
    float* sums = a.sums + (s64) example * SUMS;
    sums[0] += margin;
    sums[1] += el2n;
    sums[2] += probability;
    sums[3] = __fadd_rn(sums[3], __fmul_rn(probability, probability)); // not fused
    sums[4] += loss;
}

template <typename From, typename To> __device__ inline void loss(const LossArguments& a) {
    int lane = threadIdx.x % WARP;
    int n = (int) (firstIndex() / WARP);
    if (n >= a.batch) {
        return; // the whole warp
    }
    int presentation = a.place->position + n;
    int example = a.order[presentation];
    int label = a.labels[example];
    const From* logits = (const From*) a.logits + (s64) n * a.classes;
    float lowest = -floatOf(0x7F800000u);
    float largest = lowest;
    float largestOther = lowest;
    int best = a.classes;
    float notNumbers = 0;
    for (int c = lane; c < a.classes; c += WARP) {
        float x = get(logits, c);
        notNumbers += x != x;
        if (x > largest || best == a.classes) {
            largest = x;
            best = c;
        }
        largestOther = c == label ? largestOther : fmaxf(largestOther, x);
    }
    bool valid = warpSum(notNumbers) == 0;
    float max = warpMax(largest);
    best = warpMin(largest == max ? best : a.classes);
    largestOther = warpMax(largestOther);
    if (!valid) {
        max = floatOf(0x7FC00000u); // so that all later results are NaN too
        largestOther = max;
    }
    float sum = 0;
    for (int c = lane; c < a.classes; c += WARP) {
        sum += expf(get(logits, c) - max);
    }
    sum = warpSum(sum);
    float weight = a.weights ? a.weights[presentation] : 1;
    float squares = 0;
    for (int c = lane; c < a.classes; c += WARP) {
        float probability = expf(get(logits, c) - max) / sum;
        float error = probability - (c == label ? 1 : 0);
        squares += error * error;
        if (a.gradient) {
            float target = (c == label ? 1 - a.smoothing : 0) + a.smoothing / a.classes;
            set((To*) a.gradient, (s64) n * a.classes + c, weight * ((probability - target) / a.meanOver));
        }
    }
    squares = warpSum(squares);
    if (lane == 0) {
        float logit = get(logits, label);
        int predicted = valid ? best : -1;
        int correct = predicted == label;
        float margin = logit - largestOther;
        float el2n = sqrtf(squares);
        float labelProbability = expf(logit - max) / sum;
        float itsLoss = logf(sum) - (logit - max);
        a.predicted[presentation] = predicted;
        a.correct[presentation] = correct;
        a.margin[presentation] = margin;
        a.el2n[presentation] = el2n;
        a.probability[presentation] = labelProbability;
        a.loss[presentation] = itsLoss;
        if (a.seen) {
            record(a, example, correct, margin, el2n, labelProbability, itsLoss);
        }
    }
}

KERNEL(loss_f32_f32, LossArguments) {
    loss<float, float>(a);
}

KERNEL(loss_f32_bf16, LossArguments) {
    loss<float, bf16>(a);
}

KERNEL(loss_bf16_f32, LossArguments) {
    loss<bf16, float>(a);
}

KERNEL(loss_bf16_bf16, LossArguments) {
    loss<bf16, bf16>(a);
}
