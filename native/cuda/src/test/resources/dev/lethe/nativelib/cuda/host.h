// Lets a C++ compiler for the host compile the CUDA kernels, so that they can be tested where there is no GPU. A block's
// threads are fibers that run in turn up to the next barrier; blocks run one after the other. Included before the kernels.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <setjmp.h>
#include <ucontext.h>

#define __device__
#define __shared__ static
#define THREADS 256

struct Index {
    unsigned x, y;
};

static Index threadIdx, blockIdx, gridDim;

namespace host {
const int WARP_LANES = 32;
const size_t STACK = 64 * 1024;

// A context starts a fiber; from then on jumps switch, which unlike contexts ask nothing of the system.
struct Fiber {
    ucontext_t context;
    jmp_buf place;
    char* stack;
    bool started;
    bool done;
};

static Fiber fibers[THREADS];
static ucontext_t start;
static jmp_buf scheduler;
static int current;
static uint32_t exchanged[THREADS];
static void (*body)(const void*);
static const void* arguments;

inline void yield() {
    if (!_setjmp(fibers[current].place)) {
        _longjmp(scheduler, 1);
    }
    threadIdx.x = current;
}

inline void main() {
    body(arguments);
    fibers[current].done = true;
    _longjmp(scheduler, 1);
}

inline void enter(Fiber& fiber) {
    if (_setjmp(scheduler)) {
        return; // the fiber has come to a barrier or to its end
    }
    if (fiber.started) {
        _longjmp(fiber.place, 1);
    }
    fiber.started = true;
    swapcontext(&start, &fiber.context);
}

/** Runs each thread of the block up to its next barrier until all have ended. */
inline void runBlock() {
    for (int i = 0; i < THREADS; i++) {
        Fiber& fiber = fibers[i];
        if (!fiber.stack) {
            fiber.stack = (char*) malloc(STACK);
        }
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack;
        fiber.context.uc_stack.ss_size = STACK;
        fiber.context.uc_link = nullptr;
        fiber.started = false;
        fiber.done = false;
        makecontext(&fiber.context, main, 0);
    }
    for (bool left = true; left;) {
        left = false;
        for (current = 0; current < THREADS; current++) {
            if (!fibers[current].done) {
                threadIdx.x = current;
                enter(fibers[current]);
                left |= !fibers[current].done;
            }
        }
    }
}

struct Kernel {
    const char* name;
    void (*body)(const void*);
    int argumentBytes;
    Kernel* next;
};

static Kernel* kernels;

struct Registration {
    Kernel kernel;

    Registration(const char* name, void (*body)(const void*), int argumentBytes)
            : kernel{name, body, argumentBytes, kernels} {
        kernels = &kernel;
    }
};

inline Kernel* find(const char* name) {
    Kernel* kernel = kernels;
    while (kernel && strcmp(kernel->name, name)) {
        kernel = kernel->next;
    }
    return kernel;
}
}

#define KERNEL_OF(blocks, name, Arguments) KERNEL(name, Arguments)
#define KERNEL(name, Arguments) \
    static void name##_body(const Arguments& a); \
    static void name##_call(const void* a) { \
        name##_body(*(const Arguments*) a); \
    } \
    static host::Registration name##_registration(#name, name##_call, sizeof(Arguments)); \
    static void name##_body(const Arguments& a)

inline void __syncthreads() {
    host::yield();
}

/** All threads of a block must call it. */
inline int __syncthreads_or(int condition) {
    host::exchanged[threadIdx.x] = condition != 0;
    host::yield();
    int any = 0;
    for (int i = 0; i < THREADS; i++) {
        any |= host::exchanged[i];
    }
    host::yield();
    return any;
}

/** All lanes of a warp must call it. */
template <typename T> inline T __shfl_xor_sync(unsigned, T value, int mask) {
    int lane = threadIdx.x;
    memcpy(&host::exchanged[lane], &value, sizeof(T));
    host::yield();
    T other;
    memcpy(&other, &host::exchanged[lane ^ mask], sizeof(T));
    host::yield();
    return other;
}

inline uint32_t __float_as_uint(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

inline float __fadd_rn(float x, float y) {
    return x + y;
}

inline float __fmul_rn(float x, float y) {
    return x * y;
}

/** Threads run in turn. */
inline uint32_t atomicOr(uint32_t* word, uint32_t bits) {
    uint32_t before = *word;
    *word |= bits;
    return before;
}

inline uint32_t atomicAdd(uint32_t* word, uint32_t summand) {
    uint32_t before = *word;
    *word += summand;
    return before;
}

inline void __threadfence() {}

inline float __uint_as_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

/** The size of a kernel's arguments, -1 where there is no such kernel. */
extern "C" int argument_bytes(const char* name) {
    host::Kernel* kernel = host::find(name);
    return kernel ? kernel->argumentBytes : -1;
}

extern "C" void launch(const char* name, unsigned gridX, unsigned gridY, const void* arguments) {
    host::body = host::find(name)->body;
    host::arguments = arguments;
    gridDim = {gridX, gridY};
    for (blockIdx.y = 0; blockIdx.y < gridY; blockIdx.y++) {
        for (blockIdx.x = 0; blockIdx.x < gridX; blockIdx.x++) {
            host::runBlock();
        }
    }
}
