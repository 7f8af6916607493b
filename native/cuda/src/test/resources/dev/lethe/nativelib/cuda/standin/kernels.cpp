// The kernels on the host, with blocks and threads in random order, and with memory of blocks that is 0xFF at first, as
// it may be on a device.

#include "host.h"

// Variables of a thread, since their place is known: that of functions' templates is not. One thread runs all fibers.
#undef __shared__
#define __shared__ static thread_local

#include "lethe.cu"

#include <algorithm>
#include <link.h>
#include <numeric>
#include <random>

namespace {
thread_local char firstOfBlocks; // so that the memory of blocks is never empty

std::mt19937& randomness() {
    static std::mt19937 random(getenv("STANDIN_SEED") ? atoi(getenv("STANDIN_SEED")) : 1);
    return random;
}

/** A permutation of the threads. */
struct Order {
    unsigned factor = randomness()() | 1; // odd, and so without a common divisor with the number of threads
    unsigned offset = randomness()();

    int at(int place) const {
        return (place * factor + offset) % THREADS;
    }
};

/** Fills the memory of blocks, if the program header is that of this library, and returns whether it was. */
int poisonIfOwn(dl_phdr_info* library, size_t, void*) {
    const char* first = &firstOfBlocks;
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr)& header = library->dlpi_phdr[i];
        char* from = (char*) library->dlpi_tls_data;
        if (header.p_type == PT_TLS && from && first >= from && first < from + header.p_memsz) {
            memset(from, 0xFF, header.p_memsz);
            return 1;
        }
    }
    return 0;
}

void poisonSharedMemory() {
    if (!dl_iterate_phdr(poisonIfOwn, nullptr)) {
        fprintf(stderr, "[stand-in] BROKEN: the memory of blocks is not where it should be\n");
        abort();
    }
}

/** Runs the threads of a block for ever, one block after another. */
void runThread() {
    for (;;) {
        host::body(host::arguments);
        host::fibers[host::current].done = true;
        host::yield();
    }
}

void prepareFiber(host::Fiber& fiber) {
    fiber.stack = (char*) malloc(host::STACK);
    getcontext(&fiber.context);
    fiber.context.uc_stack.ss_sp = fiber.stack;
    fiber.context.uc_stack.ss_size = host::STACK;
    fiber.context.uc_link = nullptr;
    fiber.started = false;
    makecontext(&fiber.context, runThread, 0);
}

/** Runs each thread up to its next barrier, in an order that changes, until all have ended. */
void runShuffledBlock() {
    for (host::Fiber& fiber : host::fibers) {
        if (!fiber.stack) {
            prepareFiber(fiber);
        }
        fiber.done = false;
    }
    poisonSharedMemory();
    bool left = true;
    while (left) {
        left = false;
        Order order;
        for (int place = 0; place < THREADS; place++) {
            host::current = order.at(place);
            host::Fiber& fiber = host::fibers[host::current];
            if (!fiber.done) {
                threadIdx.x = host::current;
                host::enter(fiber);
                left |= !fiber.done;
            }
        }
    }
}
}

extern "C" __attribute__((visibility("default"))) int standin_argument_bytes(const char* kernel) {
    return argument_bytes(kernel);
}

extern "C" __attribute__((visibility("default"))) void standin_launch(const char* kernel, unsigned gridX,
        unsigned gridY, const void* arguments) {
    host::body = host::find(kernel)->body;
    host::arguments = arguments;
    gridDim = {gridX, gridY};
    std::vector<unsigned> blocks((size_t) gridX * gridY);
    std::iota(blocks.begin(), blocks.end(), 0);
    std::shuffle(blocks.begin(), blocks.end(), randomness());
    for (unsigned block : blocks) {
        blockIdx = {block % gridX, block / gridX};
        runShuffledBlock();
    }
}
