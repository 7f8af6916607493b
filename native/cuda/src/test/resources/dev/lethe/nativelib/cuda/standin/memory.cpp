// The memory of the device and memory of the host that is locked. A block of the device ends at a page that cannot be
// read; the bytes around it are checked when it is freed. It holds 0xFF, and is never given out again.

#include "driver.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <sys/mman.h>

using namespace standin;

namespace {
const size_t PAGE = 4096;
const size_t ALIGNMENT = 256; // of a device's addresses
const unsigned char POISON = 0xFF; // NaN as a float and as a bfloat16

/** Mapped pages, the first and the last of which are guards. */
struct Block {
    unsigned char* pages;
    size_t mapped;
    size_t bytes; // that were asked for
};

std::map<DeviceAddress, Block> blocks;
std::map<const char*, size_t> locked; // bytes of the host
size_t used;
long long allocations;
long long failing = setting("STANDIN_FAIL_ALLOCATION", 0); // number of the allocation that is refused

size_t roundedUp(size_t bytes, size_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

size_t total() {
    return setting("STANDIN_MEMORY", 8LL << 30);
}

unsigned char* mapped(size_t bytes) {
    void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED) {
        broken("the host has no memory left");
    }
    return (unsigned char*) pages;
}

/** Ends the process where somebody has written to bytes that belong to no block. */
void requirePoison(const unsigned char* from, const unsigned char* end, const char* where) {
    for (; from < end; from++) {
        if (*from != POISON) {
            broken(std::string("memory was written ") + where + " a block");
        }
    }
}

void requireUntouchedAround(DeviceAddress at, const Block& block) {
    const unsigned char* first = (const unsigned char*) at;
    requirePoison(block.pages + PAGE, first, "before");
    requirePoison(first + block.bytes, block.pages + block.mapped - PAGE, "beyond");
}
}

namespace standin {
void requireAllocated(DeviceAddress from, size_t bytes, const std::string& user) {
    auto next = blocks.upper_bound(from);
    if (next != blocks.begin()) {
        auto& [at, block] = *std::prev(next);
        if (from + bytes <= at + block.bytes) {
            return;
        }
    }
    broken(user + " uses " + std::to_string(bytes) + " bytes that are not allocated");
}

bool isLocked(const void* from, size_t bytes) {
    for (auto& [at, size] : locked) {
        if (from >= at && (const char*) from + bytes <= at + size) {
            return true;
        }
    }
    return false;
}

void reportMemory() {
    count("left.device.bytes", used);
    count("left.device.blocks", blocks.size());
    count("left.host.blocks", locked.size());
    count("allocations", allocations);
}
}

EXPORTED int cuMemGetInfo_v2(size_t* free, size_t* all) {
    Call call("cuMemGetInfo");
    if (call.error()) {
        return call.error();
    }
    *all = total();
    *free = *all - used;
    return SUCCESS;
}

EXPORTED int cuMemAlloc_v2(DeviceAddress* to, size_t bytes) {
    Call call("cuMemAlloc");
    if (call.error()) {
        return call.error();
    }
    if (bytes == 0) {
        return call.fails(INVALID_VALUE, "0 bytes");
    }
    allocations++;
    if (used + bytes > total() || allocations == failing) {
        return OUT_OF_MEMORY;
    }
    size_t whole = roundedUp(bytes, ALIGNMENT);
    size_t size = roundedUp(whole, PAGE) + 2 * PAGE;
    unsigned char* pages = mapped(size);
    memset(pages + PAGE, POISON, size - 2 * PAGE);
    mprotect(pages, PAGE, PROT_NONE);
    mprotect(pages + size - PAGE, PAGE, PROT_NONE);
    *to = (DeviceAddress) (pages + size - PAGE - whole);
    blocks[*to] = Block{pages, size, bytes};
    used += bytes;
    return SUCCESS;
}

EXPORTED int cuMemFree_v2(DeviceAddress at) {
    Call call("cuMemFree");
    if (call.error()) {
        return call.error();
    }
    auto found = blocks.find(at);
    if (found == blocks.end()) {
        return call.fails(INVALID_VALUE, "this was not allocated, or is free already");
    }
    finishAllWork();
    Block block = found->second;
    requireUntouchedAround(at, block);
    madvise(block.pages, block.mapped, MADV_DONTNEED);
    mprotect(block.pages, block.mapped, PROT_NONE); // later uses fault
    used -= block.bytes;
    blocks.erase(found);
    return SUCCESS;
}

EXPORTED int cuMemHostAlloc(void** to, size_t bytes, unsigned flags) {
    Call call("cuMemHostAlloc");
    if (call.error()) {
        return call.error();
    }
    if (bytes == 0 || flags) {
        return call.fails(INVALID_VALUE, "0 bytes, or flags that are not known");
    }
    if (++allocations == failing) {
        return OUT_OF_MEMORY;
    }
    size_t size = roundedUp(bytes, PAGE);
    unsigned char* pages = mapped(size + PAGE);
    memset(pages, POISON, size);
    mprotect(pages + size, PAGE, PROT_NONE);
    locked[(char*) pages] = bytes;
    *to = pages;
    return SUCCESS;
}

EXPORTED int cuMemFreeHost(void* at) {
    Call call("cuMemFreeHost");
    if (call.error()) {
        return call.error();
    }
    auto found = locked.find((char*) at);
    if (found == locked.end()) {
        return call.fails(INVALID_VALUE, "this was not allocated, or is free already");
    }
    finishAllWork();
    mprotect(at, roundedUp(found->second, PAGE), PROT_NONE);
    locked.erase(found);
    return SUCCESS;
}

EXPORTED int cuMemcpyHtoDAsync_v2(DeviceAddress to, const void* from, size_t bytes, void* stream) {
    Call call("cuMemcpyHtoDAsync");
    if (call.error()) {
        return call.error();
    }
    requireAllocated(to, bytes, "cuMemcpyHtoDAsync");
    if (isLocked(from, bytes)) {
        return enqueue(call, stream, {"copy", [=] { memcpy((void*) to, from, bytes); }, nullptr});
    }
    Stream* found = streams().find(stream);
    if (found && found->capture) {
        return refuseInCapture(call, *found, "a copy from memory that is not locked");
    }
    auto source = std::make_shared<std::vector<char>>((const char*) from, (const char*) from + bytes);
    return enqueue(call, stream, {"copy", [=] { memcpy((void*) to, source->data(), bytes); }, nullptr});
}

EXPORTED int cuMemcpyDtoHAsync_v2(void* to, DeviceAddress from, size_t bytes, void* stream) {
    Call call("cuMemcpyDtoHAsync");
    if (call.error()) {
        return call.error();
    }
    requireAllocated(from, bytes, "cuMemcpyDtoHAsync");
    Stream* found = streams().find(stream);
    if (found && found->capture && !isLocked(to, bytes)) {
        return refuseInCapture(call, *found, "a copy to memory that is not locked");
    }
    return enqueue(call, stream, {"copy", [=] { memcpy(to, (const void*) from, bytes); }, nullptr});
}

EXPORTED int cuMemcpyDtoDAsync_v2(DeviceAddress to, DeviceAddress from, size_t bytes, void* stream) {
    Call call("cuMemcpyDtoDAsync");
    if (call.error()) {
        return call.error();
    }
    requireAllocated(to, bytes, "cuMemcpyDtoDAsync");
    requireAllocated(from, bytes, "cuMemcpyDtoDAsync");
    if (from < to + bytes && to < from + bytes) {
        return call.fails(INVALID_VALUE, "the source and the copy overlap");
    }
    return enqueue(call, stream, {"copy", [=] { memcpy((void*) to, (const void*) from, bytes); }, nullptr});
}

EXPORTED int cuMemsetD8Async(DeviceAddress at, unsigned char value, size_t bytes, void* stream) {
    Call call("cuMemsetD8Async");
    if (call.error()) {
        return call.error();
    }
    requireAllocated(at, bytes, "cuMemsetD8Async");
    return enqueue(call, stream, {"fill", [=] { memset((void*) at, value, bytes); }, nullptr});
}

EXPORTED int cuMemsetD32Async(DeviceAddress at, unsigned value, size_t words, void* stream) {
    Call call("cuMemsetD32Async");
    if (call.error()) {
        return call.error();
    }
    if (at % sizeof(unsigned)) {
        return call.fails(INVALID_VALUE, "the address is no multiple of 4");
    }
    requireAllocated(at, words * sizeof(unsigned), "cuMemsetD32Async");
    return enqueue(call, stream, {"fill", [=] { std::fill_n((unsigned*) at, words, value); }, nullptr});
}

/** Checks memory that cuDNN's stand-in is given. */
EXPORTED void standin_require_allocated(DeviceAddress from, size_t bytes, const char* user) {
    Call call(user, Needs::NOTHING);
    requireAllocated(from, bytes, user);
}

/** Begins to count allocations anew, of which one is refused; none for 0. */
EXPORTED void standin_fail_allocation(long long number) {
    Call call("standin_fail_allocation", Needs::NOTHING);
    count("allocations", allocations);
    allocations = 0;
    failing = number;
}

/** Returns the number of allocations since standin_fail_allocation. */
EXPORTED long long standin_allocations() {
    Call call("standin_allocations", Needs::NOTHING);
    return allocations;
}
