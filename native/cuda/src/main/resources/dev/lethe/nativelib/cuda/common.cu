// Definitions that all kernels share. Nothing is included, so that NVRTC needs no folder of headers; a kernel takes one
// structure by value, whose fields stand in the order in which the host writes them.

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#ifndef KERNEL // a host compiler that tests the kernels brings its own
#define THREADS 256 // of every block
// A kernel of which a multiprocessor runs at least a number of blocks at once, by the registers of a thread.
#define KERNEL_OF(blocks, name, Arguments) \
    extern "C" __global__ void __launch_bounds__(THREADS, blocks) name(const Arguments a)
#define KERNEL(name, Arguments) KERNEL_OF(4, name, Arguments)
#endif

struct bf16 {
    unsigned short bits;
};

struct alignas(16) Pack {
    u32 word[4];
};

__device__ inline u32 bitsOf(float x) {
    return __float_as_uint(x);
}

__device__ inline float floatOf(u32 bits) {
    return __uint_as_float(bits);
}

/** Returns the bits of the nearest bfloat16, ties to even. */
__device__ inline u32 bf16Bits(float x) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    unsigned short bits;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
    return bits;
#else
    u32 bits = bitsOf(x);
    return x != x ? 0x7FC0u : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
#endif
}

__device__ inline float get(const float* from, s64 i) {
    return from[i];
}

__device__ inline float get(const bf16* from, s64 i) {
    return floatOf((u32) from[i].bits << 16);
}

__device__ inline void set(float* to, s64 i, float value) {
    to[i] = value;
}

__device__ inline void set(bf16* to, s64 i, float value) {
    to[i].bits = (unsigned short) bf16Bits(value);
}

/**
 * Neighbouring elements that one thread moves at once: 16 bytes of them, or one if rows are no multiple of that. They are
 * fetched from memory packed, and unpacked where they are used.
 */
template <typename T, int V> struct Lanes;

template <typename T> struct Lanes<T, 1> {
    typedef T Packed;

    static __device__ Packed fetch(const T* from, s64 i) {
        return from[i];
    }

    static __device__ void unpack(const Packed& packed, float* to) {
        to[0] = get(&packed, 0);
    }

    static __device__ void load(const T* from, s64 i, float* to) {
        to[0] = get(from, i);
    }

    static __device__ void store(T* to, s64 i, const float* from) {
        set(to, i, from[0]);
    }
};

template <> struct Lanes<float, 4> {
    typedef Pack Packed;

    static __device__ Packed fetch(const float* from, s64 i) {
        return *(const Pack*) (from + i);
    }

    static __device__ void unpack(const Packed& packed, float* to) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
            to[k] = floatOf(packed.word[k]);
        }
    }

    static __device__ void load(const float* from, s64 i, float* to) {
        unpack(fetch(from, i), to);
    }

    static __device__ void store(float* to, s64 i, const float* from) {
        Pack pack;
#pragma unroll
        for (int k = 0; k < 4; k++) {
            pack.word[k] = bitsOf(from[k]);
        }
        *(Pack*) (to + i) = pack;
    }
};

template <> struct Lanes<bf16, 8> {
    typedef Pack Packed;

    static __device__ Packed fetch(const bf16* from, s64 i) {
        return *(const Pack*) (from + i);
    }

    static __device__ void unpack(const Packed& packed, float* to) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
            to[2 * k] = floatOf(packed.word[k] << 16);
            to[2 * k + 1] = floatOf(packed.word[k] & 0xFFFF0000u);
        }
    }

    static __device__ void load(const bf16* from, s64 i, float* to) {
        unpack(fetch(from, i), to);
    }

    static __device__ void store(bf16* to, s64 i, const float* from) {
        Pack pack;
#pragma unroll
        for (int k = 0; k < 4; k++) {
            pack.word[k] = bf16Bits(from[2 * k]) | bf16Bits(from[2 * k + 1]) << 16;
        }
        *(Pack*) (to + i) = pack;
    }
};

template <typename T> struct Wide;

template <> struct Wide<float> {
    static const int LANES = 4;
};

template <> struct Wide<bf16> {
    static const int LANES = 8;
};

__device__ inline s64 firstIndex() {
    return (s64) blockIdx.x * THREADS + threadIdx.x;
}

__device__ inline s64 stride() {
    return (s64) gridDim.x * THREADS;
}

/** Returns the first 64 bits of Philox4x32-10, see dev.lethe.kernels.random.Philox. */
__device__ inline u64 philox(u64 seed, u32 stream, u32 major, u64 minor) {
    u32 c0 = (u32) minor;
    u32 c1 = (u32) (minor >> 32);
    u32 c2 = major;
    u32 c3 = stream;
    u32 k0 = (u32) seed;
    u32 k1 = (u32) (seed >> 32);
    for (int round = 0; round < 10; round++) {
        u64 product0 = (u64) 0xD2511F53u * c0;
        u64 product1 = (u64) 0xCD9E8D57u * c2;
        c0 = (u32) (product1 >> 32) ^ c1 ^ k0;
        c1 = (u32) product1;
        c2 = (u32) (product0 >> 32) ^ c3 ^ k1;
        c3 = (u32) product0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (u64) c1 << 32 | c0;
}

/** The place of a plan in its epoch: the first presentation of its batch, and its step. */
struct Place {
    int position;
    int step;
};

struct AdvanceArguments {
    Place* place;
    int batch;
};

KERNEL(advance, AdvanceArguments) {
    if (threadIdx.x == 0) {
        a.place->position += a.batch;
        a.place->step += 1;
    }
}
