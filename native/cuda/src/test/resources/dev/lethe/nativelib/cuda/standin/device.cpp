// The stand-in's one device and its context, the calls' common checks, and the report of what is left at the end.

#include "driver.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

namespace {
const int VERSION = 13000;
const int MULTIPROCESSORS = 16; // attributes of a device
const int CAPABILITY_MAJOR = 75;
const int CAPABILITY_MINOR = 76;

int theContext; // its address is the handle
thread_local void* current; // context of the thread
bool lost;
std::map<std::string, long long> counts;
std::once_flag reports;

std::recursive_mutex& lock() {
    static std::recursive_mutex mutex;
    return mutex;
}

}

namespace standin {
Call::Call(const char* name, Needs needs) : guard(lock()), function(name), refusal(SUCCESS) {
    count("calls", 1);
    if (needs == Needs::NOTHING) {
        return;
    }
    if (!current) {
        refusal = fails(INVALID_CONTEXT, "no context is current in this thread");
    } else if (lost) {
        refusal = ILLEGAL_ADDRESS;
    }
}

int Call::fails(int error, const std::string& why) const {
    fprintf(stderr, "[stand-in] %s: %s (error %d)\n", function, why.c_str(), error);
    return error;
}

long long setting(const char* name, long long otherwise) {
    const char* text = getenv(name);
    return text ? atoll(text) : otherwise;
}

bool isSetTo(const char* name, const std::string& value) {
    const char* text = getenv(name);
    return text && value == text;
}

std::mt19937& randomness() {
    static std::mt19937 random(setting("STANDIN_SEED", 1));
    return random;
}

void broken(const std::string& what) {
    fprintf(stderr, "[stand-in] BROKEN: %s\n", what.c_str());
    abort();
}

void loseDevice() {
    lost = true;
}

bool deviceIsLost() {
    return lost;
}

void count(const std::string& what, long long change) {
    counts[what] += change;
}
}

using namespace standin;

namespace {
/** Writes name=number lines to the file STANDIN_REPORT. */
void report() {
    reportMemory();
    reportStreams();
    reportGraphs();
    reportModules();
    FILE* file = fopen(getenv("STANDIN_REPORT"), "w");
    if (!file) {
        broken("the report cannot be written");
    }
    for (auto& entry : counts) {
        fprintf(file, "%s=%lld\n", entry.first.c_str(), entry.second);
    }
    fclose(file);
}
}

EXPORTED int cuInit(unsigned flags) {
    if (getenv("STANDIN_REPORT")) {
        std::call_once(reports, atexit, report); // before the variables of these files are destroyed
    }
    return flags ? INVALID_VALUE : SUCCESS;
}

EXPORTED int cuDriverGetVersion(int* version) {
    *version = VERSION;
    return SUCCESS;
}

EXPORTED int cuDeviceGetCount(int* devices) {
    *devices = 1;
    return SUCCESS;
}

EXPORTED int cuDeviceGet(int* device, int index) {
    *device = index;
    return index == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORTED int cuDeviceGetName(char* name, int bytes, int device) {
    snprintf(name, bytes, "Stand-in GPU");
    return device == 0 ? SUCCESS : INVALID_DEVICE;
}

EXPORTED int cuDeviceGetAttribute(int* value, int attribute, int device) {
    Call call("cuDeviceGetAttribute", Needs::NOTHING);
    if (device != 0) {
        return call.fails(INVALID_DEVICE, "there is one device, 0");
    }
    switch (attribute) {
        case MULTIPROCESSORS:
            *value = setting("STANDIN_MULTIPROCESSORS", 3);
            return SUCCESS;
        case CAPABILITY_MAJOR:
            *value = 9;
            return SUCCESS;
        case CAPABILITY_MINOR:
            *value = 0;
            return SUCCESS;
        default:
            return call.fails(INVALID_VALUE, "attribute " + std::to_string(attribute) + " is not known");
    }
}

EXPORTED int cuDevicePrimaryCtxRetain(void** context, int device) {
    Call call("cuDevicePrimaryCtxRetain", Needs::NOTHING);
    *context = &theContext;
    return device == 0 ? SUCCESS : call.fails(INVALID_DEVICE, "there is one device, 0");
}

EXPORTED int cuCtxSetCurrent(void* context) {
    Call call("cuCtxSetCurrent", Needs::NOTHING);
    if (context && context != &theContext) {
        return call.fails(INVALID_CONTEXT, "this is no context");
    }
    current = context;
    return SUCCESS;
}

EXPORTED int cuGetErrorString(int error, const char** text) {
    static const std::map<int, const char*> TEXTS = {{INVALID_VALUE, "invalid argument"},
        {OUT_OF_MEMORY, "out of memory"}, {INVALID_DEVICE, "invalid device ordinal"},
        {INVALID_IMAGE, "device kernel image is invalid"}, {INVALID_CONTEXT, "invalid device context"},
        {INVALID_HANDLE, "invalid resource handle"}, {NOT_FOUND, "named symbol not found"},
        {NOT_READY, "device not ready"}, {ILLEGAL_ADDRESS, "an illegal memory access was encountered"},
        {NOT_SUPPORTED, "operation not supported"},
        {REFUSED_IN_CAPTURE, "operation not permitted when stream is capturing"},
        {CAPTURE_INVALIDATED, "operation failed due to a previous error during capture"},
        {NOT_CAPTURING, "operation not permitted on a stream that is not capturing"}};
    auto found = TEXTS.find(error);
    if (found == TEXTS.end()) {
        return INVALID_VALUE;
    }
    *text = found->second;
    return SUCCESS;
}

/** Tells cuDNN's stand-in whether a context is current. */
EXPORTED int standin_has_context() {
    return current != nullptr;
}

/** Counts what cuDNN's stand-in opens and closes. */
EXPORTED void standin_count(const char* what, long long change) {
    Call call("standin_count", Needs::NOTHING);
    count(what, change);
}
