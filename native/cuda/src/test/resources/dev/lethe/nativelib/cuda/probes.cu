// Kernels whose machine code is known in what CubinTest looks for, so that its reading of cubins is checked.

struct alignas(16) Pack {
    unsigned int word[4];
};

struct alignas(8) Pair {
    unsigned int word[2];
};

#define PROBE(name) extern "C" __global__ void name

__device__ inline unsigned int sum(const Pack& pack) {
    return pack.word[0] + pack.word[1] + pack.word[2] + pack.word[3];
}

PROBE(without_loop)(const Pack* from, unsigned int* to) {
    to[threadIdx.x] = sum(from[threadIdx.x]) * sum(from[threadIdx.x + 256]);
}

PROBE(one_load)(const Pack* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        total = total * 5 + sum(from[i]);
    }
    to[threadIdx.x] = total;
}

PROBE(four_loads)(const Pack* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        Pack packs[4];
#pragma unroll
        for (int k = 0; k < 4; k++) {
            packs[k] = from[i + k * count];
        }
#pragma unroll
        for (int k = 0; k < 4; k++) {
            total = total * 5 + sum(packs[k]);
        }
    }
    to[threadIdx.x] = total;
}

// The second load needs what the first brings.
PROBE(two_loads_one_after_the_other)(const Pack* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        Pack first = from[i];
        Pack second = from[sum(first)];
        total = total * 5 + first.word[0] * second.word[0] + first.word[1] * second.word[1]
                + first.word[2] * second.word[2] + first.word[3] * second.word[3];
    }
    to[threadIdx.x] = total;
}

PROBE(three_loads_of_32_bits)(const unsigned int* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        unsigned int a = from[i];
        unsigned int b = from[i + count];
        unsigned int c = from[i + 2 * count];
        total = total * 5 + (a ^ b) * c;
    }
    to[threadIdx.x] = total;
}

PROBE(two_loads_of_64_bits)(const Pair* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        Pair a = from[i];
        Pair b = from[i + count];
        total = total * 5 + (a.word[0] ^ b.word[1]) * (a.word[1] ^ b.word[0]);
    }
    to[threadIdx.x] = total;
}

PROBE(a_load_of_16_bits)(const unsigned short* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        total = total * 5 + from[i];
    }
    to[threadIdx.x] = total;
}

PROBE(a_load_of_8_bits)(const signed char* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        total = total * 5 + from[i];
    }
    to[threadIdx.x] = total;
}

// Two loads in the outer loop, one in the inner.
PROBE(loop_in_a_loop)(const Pack* from, unsigned int* to, int count) {
    unsigned int total = 0;
#pragma unroll 1
    for (int i = threadIdx.x; i < count; i += 256) {
        Pack a = from[i];
        Pack b = from[i + count];
        total = total * 5 + sum(a) * sum(b);
#pragma unroll 1
        for (int k = 0; k < i; k++) {
            total = total * 3 + sum(from[k]);
        }
    }
    to[threadIdx.x] = total;
}

// Either loop runs, one with a load, the other with two.
PROBE(one_loop_or_the_other)(const Pack* from, unsigned int* to, int count, int which) {
    unsigned int total = 0;
    if (which) {
#pragma unroll 1
        for (int i = threadIdx.x; i < count; i += 256) {
            total = total * 5 + sum(from[i]);
        }
    } else {
#pragma unroll 1
        for (int i = threadIdx.x; i < count; i += 256) {
            Pack a = from[i];
            Pack b = from[i + count];
            total = total * 3 + sum(a) * sum(b);
        }
    }
    to[threadIdx.x] = total;
}

// More variables than the 64 registers that a thread of such a block can have.
PROBE(spilling) __launch_bounds__(1024) (const float* from, float* to, int rounds) {
    const int VALUES = 96;
    float values[VALUES];
#pragma unroll
    for (int k = 0; k < VALUES; k++) {
        values[k] = from[k * 1024 + threadIdx.x];
    }
#pragma unroll 1
    for (int round = 0; round < rounds; round++) {
#pragma unroll
        for (int k = 0; k < VALUES; k++) {
            values[k] = values[k] * values[(k + 1) % VALUES] + 1;
        }
    }
#pragma unroll
    for (int k = 0; k < VALUES; k++) {
        to[k * 1024 + threadIdx.x] = values[k];
    }
}

// An array whose index only the device knows has no registers.
PROBE(array_in_memory)(const int* from, int* to, int index) {
    int values[32];
#pragma unroll
    for (int k = 0; k < 32; k++) {
        values[k] = from[k * 256 + threadIdx.x];
    }
    values[index + threadIdx.x & 31] += 1;
    to[threadIdx.x] = values[index * threadIdx.x & 31];
}

PROBE(branch_by_table)(int* values, int which) {
    int i = threadIdx.x;
    switch (which) {
    case 0:
        values[i] = values[i + 9] * 3;
        break;
    case 1:
        values[i] += values[i + 1] * 5;
        break;
    case 2:
        values[i + 2] = 7 / values[i];
        break;
    case 3:
        atomicAdd(values, i);
        break;
    case 4:
        values[i * 7] = 9;
        break;
    case 5:
        values[i * 3] ^= values[i];
        break;
    case 6:
        __syncthreads();
        values[i + 1] = values[255 - i];
        break;
    case 7:
        values[i] = __popc(values[i]);
        break;
    }
}
