// Declarations that all parts of the driver's stand-in share. Every function of the driver takes one lock, so that two
// threads never change the state at once; kernels run under it too.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

typedef unsigned long long DeviceAddress;

// The driver's codes of errors.
const int SUCCESS = 0;
const int INVALID_VALUE = 1;
const int OUT_OF_MEMORY = 2;
const int INVALID_DEVICE = 101;
const int INVALID_IMAGE = 200;
const int INVALID_CONTEXT = 201;
const int INVALID_HANDLE = 400;
const int NOT_FOUND = 500;
const int NOT_READY = 600;
const int ILLEGAL_ADDRESS = 700;
const int NOT_SUPPORTED = 801;
const int REFUSED_IN_CAPTURE = 900;
const int CAPTURE_INVALIDATED = 901;
const int NOT_CAPTURING = 903;

namespace standin {
/** Work of a stream. */
struct Operation {
    std::string name; // by which a failure is injected
    std::function<void()> run;
    std::function<bool()> due; // tells whether it may run now; empty where nothing is waited for
};

struct Graph {
    std::vector<Operation> operations;
};

struct Stream {
    std::deque<Operation> queue;
    std::unique_ptr<Graph> capture; // where the stream records
    bool invalidated = false; // whether the capture was
};

/** The open objects of one kind. The driver hands out their addresses. */
template <typename T> class Handles {
public:
    void* add(T* made) {
        open.insert(made);
        return made;
    }

    /** Returns nothing where the handle is not that of an open object. */
    T* find(void* handle) const {
        auto found = open.find((T*) handle);
        return found == open.end() ? nullptr : *found;
    }

    /** Tells whether the object was open; it is destroyed. */
    bool remove(void* handle) {
        T* found = find(handle);
        open.erase(found);
        delete found;
        return found != nullptr;
    }

    size_t size() const {
        return open.size();
    }

    typename std::set<T*>::const_iterator begin() const {
        return open.begin();
    }

    typename std::set<T*>::const_iterator end() const {
        return open.end();
    }

private:
    std::set<T*> open;
};

enum class Needs {
    NOTHING, CONTEXT
};

/** A call of the driver: it holds the lock, and fails where no context is current or the device is lost. */
class Call {
public:
    explicit Call(const char* function, Needs needs = Needs::CONTEXT);

    /** Returns the error that the call ends with before it has done anything, or SUCCESS. */
    int error() const {
        return refusal;
    }

    /** Reports an error of the caller, and returns it. */
    int fails(int error, const std::string& why) const;

private:
    std::lock_guard<std::recursive_mutex> guard;
    const char* function;
    int refusal;
};

/** Returns a setting from the environment, or else a value. */
long long setting(const char* name, long long otherwise);

/** Tells whether the environment gives a setting this value. */
bool isSetTo(const char* name, const std::string& value);

/** The source of all that is random, by STANDIN_SEED. */
std::mt19937& randomness();

/** Ends the process for an error that a device would not report. */
[[noreturn]] void broken(const std::string& what);

/** Makes an access to memory the device's last: whatever is called later fails. */
void loseDevice();

bool deviceIsLost();

/** Counts events for the report. */
void count(const std::string& what, long long change);

// Memory.

/** Ends the process where the bytes are not within one block of the device's memory. */
void requireAllocated(DeviceAddress from, size_t bytes, const std::string& user);

/** Tells whether bytes of the host are locked in place, so that copies read them when they are due. */
bool isLocked(const void* from, size_t bytes);

void reportMemory();

// Streams.

/** Appends to a stream or to its capture. */
int enqueue(const Call& call, void* stream, Operation operation);

/** Invalidates the capture of a stream, as a call does that is not allowed there. */
int refuseInCapture(const Call& call, Stream& stream, const std::string& why);

/** Works on random streams until a condition holds. */
void workUntil(const std::function<bool()>& holds);

/** Works until all streams are empty. */
void finishAllWork();

Handles<Stream>& streams();

void reportStreams();

void reportGraphs();

void reportModules();
}
