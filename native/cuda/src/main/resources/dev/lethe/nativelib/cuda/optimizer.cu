// Operations on parameters. Parameters, gradients and states stand in blocks of memory, each tensor at the same place
// in all of them; a thread block handles one chunk of a tensor.

struct Chunk {
    s64 offset; // in elements
    int count;
    int bf16Gradient; // whether the gradient stands in the block of bfloat16s
    float rateFactor;
    float decayFactor;
};

struct UpdateArguments {
    const Chunk* chunks; // (chunks)
    float* parameters; // (elements), like all blocks of tensors
    const float* gradients; // (elements)
    const bf16* bf16Gradients; // (elements); null if there are none
    float* first; // (elements): momentum, or AdamW's mean of gradients
    float* second; // (elements): AdamW's mean of squared gradients
    bf16* copies; // (elements), of parameters; null if no operation reads them
    const float* rates; // (steps)
    const Place* place;
    const int* stepsBefore; // (1)
    const float* clipScale; // (1); null if gradients are not clipped
    double beta1;
    double beta2;
    float momentum;
    float weightDecay;
    float epsilon;
    int nesterov;
};

__device__ inline float gradientAt(const Chunk& chunk, const float* gradients, const bf16* bf16Gradients, s64 i) {
    return chunk.bf16Gradient ? get(bf16Gradients, i) : gradients[i];
}

KERNEL(sgd, UpdateArguments) {
    Chunk chunk = a.chunks[blockIdx.x];
    float rate = a.rates[a.place->step] * chunk.rateFactor;
    float decay = a.weightDecay * chunk.decayFactor;
    float scale = a.clipScale ? *a.clipScale : 1;
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        s64 i = chunk.offset + k;
        float parameter = a.parameters[i];
        float gradient = scale * gradientAt(chunk, a.gradients, a.bf16Gradients, i) + decay * parameter;
        float velocity = a.momentum * a.first[i] + gradient;
        a.first[i] = velocity;
        parameter -= rate * (a.nesterov ? gradient + a.momentum * velocity : velocity);
        a.parameters[i] = parameter;
        if (a.copies) {
            set(a.copies, i, parameter);
        }
    }
}

KERNEL(adam_w, UpdateArguments) {
    __shared__ float correction1;
    __shared__ float correction2;
    Chunk chunk = a.chunks[blockIdx.x];
    if (threadIdx.x == 0) {
        double step = (double) *a.stepsBefore + a.place->step + 1;
        correction1 = (float) (1 - pow(a.beta1, step));
        correction2 = (float) (1 - pow(a.beta2, step));
    }
    __syncthreads();
    float rate = a.rates[a.place->step] * chunk.rateFactor;
    float kept = 1 - rate * (a.weightDecay * chunk.decayFactor);
    float scale = a.clipScale ? *a.clipScale : 1;
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        s64 i = chunk.offset + k;
        float gradient = scale * gradientAt(chunk, a.gradients, a.bf16Gradients, i);
        float mean = (float) a.beta1 * a.first[i] + (float) (1 - a.beta1) * gradient;
        float square = (float) a.beta2 * a.second[i] + (float) (1 - a.beta2) * gradient * gradient;
        a.first[i] = mean;
        a.second[i] = square;
        float parameter = kept * a.parameters[i]
                - rate * (mean / correction1) / (sqrtf(square / correction2) + a.epsilon);
        a.parameters[i] = parameter;
        if (a.copies) {
            set(a.copies, i, parameter);
        }
    }
}

struct SquaresArguments {
    const Chunk* chunks; // (chunks)
    const float* gradients; // (elements)
    const bf16* bf16Gradients; // (elements); null if there are none
    double* partial; // (chunks): sums of squares
    float* scale; // (1): factor of the gradients
    int chunkCount;
    float limit; // of the norm
};

__device__ inline double blockSum(double x) {
    __shared__ double shared[THREADS];
    shared[threadIdx.x] = x;
    __syncthreads();
    for (unsigned half = THREADS / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            shared[threadIdx.x] += shared[threadIdx.x + half];
        }
        __syncthreads();
    }
    return shared[0];
}

KERNEL(squares, SquaresArguments) {
    Chunk chunk = a.chunks[blockIdx.x];
    double sum = 0;
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        double gradient = gradientAt(chunk, a.gradients, a.bf16Gradients, chunk.offset + k);
        sum += gradient * gradient;
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        a.partial[blockIdx.x] = sum;
    }
}

/** Computes the scale of PyTorch's clip_grad_norm_ in one block. */
KERNEL(clip_scale, SquaresArguments) {
    double sum = 0;
    for (int chunk = threadIdx.x; chunk < a.chunkCount; chunk += THREADS) {
        sum += a.partial[chunk];
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        double scale = a.limit / (sqrt(sum) + 1e-6);
        *a.scale = scale < 1 || scale != scale ? (float) scale : 1; // a NaN is passed on
    }
}

struct BlockArguments {
    const Chunk* chunks; // (chunks)
    float* values; // (elements)
    float* averages; // (elements), or sums of gradients
    const bf16* bf16Gradients; // (elements); null if there are none
    bf16* copies; // (elements), of values; null for none
    float share; // of the value in the average
};

/** Adds gradients to sums of them. */
KERNEL(accumulate, BlockArguments) {
    Chunk chunk = a.chunks[blockIdx.x];
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        s64 i = chunk.offset + k;
        a.averages[i] += gradientAt(chunk, a.values, a.bf16Gradients, i);
    }
}

KERNEL(average, BlockArguments) {
    Chunk chunk = a.chunks[blockIdx.x];
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        s64 i = chunk.offset + k;
        a.averages[i] += a.share * (a.values[i] - a.averages[i]);
    }
}

struct LookaheadArguments {
    const Chunk* chunks; // (chunks)
    float* fast; // (elements)
    float* slow; // (elements)
    bf16* copies; // (elements), of the fast weights; null for none
    const float* shares; // (synchronisations): share of the fast weights
    const Place* place;
};

KERNEL(lookahead, LookaheadArguments) {
    Chunk chunk = a.chunks[blockIdx.x];
    float share = a.shares[a.place->step];
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        s64 i = chunk.offset + k;
        float slow = a.slow[i] + share * (a.fast[i] - a.slow[i]);
        a.slow[i] = slow;
        a.fast[i] = slow;
        if (a.copies) {
            set(a.copies, i, slow);
        }
    }
}

KERNEL(exchange, BlockArguments) {
    Chunk chunk = a.chunks[blockIdx.x];
    for (int k = threadIdx.x; k < chunk.count; k += THREADS) {
        s64 i = chunk.offset + k;
        float value = a.values[i];
        a.values[i] = a.averages[i];
        a.averages[i] = value;
        if (a.copies) {
            set(a.copies, i, a.values[i]);
        }
    }
}
