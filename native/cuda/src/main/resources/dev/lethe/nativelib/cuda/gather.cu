// Gathering of a batch's images, or of views of them, normalised: one block for each image.

struct GatherArguments {
    const u8* images; // (examples, height, width, channels), or (slots, slotImages, height, width, channels)
    const int* slot; // (1): number of the slot that holds this batch, in its order; null if images are by example
    int slotImages;
    const int* order; // (presentations): example ids
    const Place* place;
    const int* epoch; // (1); null if images are presented unchanged
    const float* table; // (3, channels): factor, summand and covering pixel of each channel
    void* output; // (batch, height, width, outputChannels)
    u64 seed;
    int height;
    int width;
    int channels;
    int outputChannels; // those beyond channels are zero
    int padding;
    int movement; // at random, up and left, down and right
    int reflect;
    int flip; // never, always, at random, alternating
    int cutout;
    u32 viewStream;
    u32 coverStream;
};

struct View {
    int down;
    int right;
    bool mirrored;
    int coverTop;
    int coverLeft;
};

__device__ inline int below(int bound, u64 bits) {
    return (int) ((bits & 0xFFFF) * bound >> 16);
}

__device__ inline int moved(const GatherArguments& a, u64 bits) {
    return a.movement == 1 ? a.padding : a.movement == 2 ? -a.padding : below(2 * a.padding + 1, bits) - a.padding;
}

/** Draws a view as dev.lethe.kernels.op.Augmentation does. */
__device__ inline View drawn(const GatherArguments& a, int epoch, int example) {
    u64 bits = philox(a.seed, a.viewStream, epoch, example);
    u64 cover = a.cutout == 0 ? 0 : philox(a.seed, a.coverStream, epoch, example);
    View view;
    view.down = moved(a, bits);
    view.right = moved(a, bits >> 16);
    view.mirrored = a.flip == 1 || (a.flip == 2 && bits >> 63);
    if (a.flip == 3) {
        bool first = philox(a.seed, a.viewStream, 0, example) >> 63;
        view.mirrored = first == (epoch % 2 == 0);
    }
    view.coverTop = below(a.height, cover) - a.cutout / 2;
    view.coverLeft = below(a.width, cover >> 16) - a.cutout / 2;
    return view;
}

__device__ inline int reflected(int index, int size) {
    return index < 0 ? -index : index >= size ? 2 * (size - 1) - index : index;
}

/** Returns a channel of a pixel, normalised. */
__device__ inline float value(const GatherArguments& a, const u8* from, bool inside, bool covered, int c) {
    float pixel = covered ? a.table[2 * a.channels + c] : inside ? (float) from[c] : 0;
    return fmaf(pixel, a.table[c], a.table[a.channels + c]);
}

template <typename T> __device__ inline void gather(const GatherArguments& a) {
    __shared__ View view;
    int example = a.order[a.place->position + blockIdx.x];
    if (threadIdx.x == 0) {
        view = a.epoch ? drawn(a, *a.epoch, example) : View{0, 0, false, 0, 0};
    }
    __syncthreads();
    int pixels = a.height * a.width;
    s64 index = a.slot ? (s64) *a.slot * a.slotImages + blockIdx.x : example;
    const u8* image = a.images + index * pixels * a.channels;
    T* output = (T*) a.output + (s64) blockIdx.x * pixels * a.outputChannels;
    int cutout = a.epoch ? a.cutout : 0;
    for (int i = threadIdx.x; i < pixels; i += THREADS) {
        int row = i / a.width;
        int column = i % a.width;
        bool covered = row >= view.coverTop && row < view.coverTop + cutout && column >= view.coverLeft
                && column < view.coverLeft + cutout;
        int fromRow = row + view.down;
        int fromColumn = (view.mirrored ? a.width - 1 - column : column) + view.right;
        if (a.reflect) {
            fromRow = reflected(fromRow, a.height);
            fromColumn = reflected(fromColumn, a.width);
        }
        bool inside = fromRow >= 0 && fromRow < a.height && fromColumn >= 0 && fromColumn < a.width;
        const u8* from = image + (fromRow * a.width + fromColumn) * a.channels;
        if (a.outputChannels == Wide<T>::LANES) {
            float values[Wide<T>::LANES];
#pragma unroll
            for (int c = 0; c < Wide<T>::LANES; c++) {
                values[c] = c < a.channels ? value(a, from, inside, covered, c) : 0;
            }
            Lanes<T, Wide<T>::LANES>::store(output, (s64) i * Wide<T>::LANES, values);
            continue;
        }
        for (int c = 0; c < a.outputChannels; c++) {
            set(output, (s64) i * a.outputChannels + c, c < a.channels ? value(a, from, inside, covered, c) : 0);
        }
    }
}

KERNEL(gather_f32, GatherArguments) {
    gather<float>(a);
}

KERNEL(gather_bf16, GatherArguments) {
    gather<bf16>(a);
}
