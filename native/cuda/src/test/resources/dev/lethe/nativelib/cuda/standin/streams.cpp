// Streams and events. The work of a stream waits until somebody waits for it; then one stream after another, chosen at
// random, does its next piece. Time is counted in pieces of work, so that it is the same in every run of one seed.

#include "driver.h"

#include <algorithm>

using namespace standin;

namespace {
/** An event: how often it was recorded, and how many of these recordings have happened. */
struct Event {
    long asked = 0;
    long happened = 0;
    double milliseconds = 0; // time of the last
};

/** An event that its operations keep, since it may be destroyed before they run. */
struct EventHandle {
    std::shared_ptr<Event> event = std::make_shared<Event>();
};

Handles<Stream> allStreams;
Handles<EventHandle> events;
double now; // in milliseconds
long operations;

/** Runs the next operation of a stream; tells whether there was one that was due. */
bool runNext(Stream& stream) {
    if (stream.queue.empty() || (stream.queue.front().due && !stream.queue.front().due())) {
        return false;
    }
    Operation next = stream.queue.front();
    stream.queue.pop_front();
    static bool injected;
    static long long before = setting("STANDIN_ILLEGAL_ACCESS_AFTER", 0); // such operations that succeed
    if (!injected && isSetTo("STANDIN_ILLEGAL_ACCESS", next.name) && before-- == 0) {
        injected = true;
        loseDevice();
    }
    if (!deviceIsLost()) {
        next.run();
    }
    operations++;
    now += std::uniform_real_distribution<double>(0.001, 0.01)(randomness());
    return true;
}

bool isIdle(const Stream* stream) {
    return stream->queue.empty();
}
}

namespace standin {
Handles<Stream>& streams() {
    return allStreams;
}

void workUntil(const std::function<bool()>& holds) {
    while (!holds()) {
        std::vector<Stream*> order(streams().begin(), streams().end());
        std::sort(order.begin(), order.end());
        std::shuffle(order.begin(), order.end(), randomness());
        if (std::none_of(order.begin(), order.end(), [](Stream* stream) { return runNext(*stream); })) {
            broken("streams wait for each other");
        }
    }
}

void finishAllWork() {
    workUntil([] { return std::all_of(streams().begin(), streams().end(), isIdle); });
}

int refuseInCapture(const Call& call, Stream& stream, const std::string& why) {
    stream.invalidated = true;
    return call.fails(REFUSED_IN_CAPTURE, why + " in a capture");
}

int enqueue(const Call& call, void* handle, Operation operation) {
    Stream* stream = streams().find(handle);
    if (!stream) {
        return call.fails(INVALID_HANDLE, "this is no stream");
    }
    if (!stream->capture) {
        stream->queue.push_back(operation);
        return SUCCESS;
    }
    if (stream->invalidated) {
        return CAPTURE_INVALIDATED;
    }
    if (isSetTo("STANDIN_REFUSE_IN_CAPTURE", operation.name)) {
        return refuseInCapture(call, *stream, operation.name);
    }
    if (isSetTo("STANDIN_INVALIDATE_CAPTURE", operation.name)) {
        stream->invalidated = true; // the next call, or the end, tells
    }
    stream->capture->operations.push_back(operation);
    return SUCCESS;
}

void reportStreams() {
    count("left.streams", streams().size());
    count("left.events", events.size());
    count("operations", operations);
}
}

EXPORTED int cuStreamCreate(void** to, unsigned flags) {
    Call call("cuStreamCreate");
    if (call.error()) {
        return call.error();
    }
    if (flags > 1) {
        return call.fails(INVALID_VALUE, "flags that are not known");
    }
    *to = streams().add(new Stream);
    return SUCCESS;
}

EXPORTED int cuStreamDestroy_v2(void* handle) {
    Call call("cuStreamDestroy");
    if (call.error()) {
        return call.error();
    }
    Stream* stream = streams().find(handle);
    if (!stream) {
        return call.fails(INVALID_HANDLE, "this is no stream");
    }
    workUntil([=] { return isIdle(stream); });
    streams().remove(handle);
    return SUCCESS;
}

EXPORTED int cuStreamSynchronize(void* handle) {
    Call call("cuStreamSynchronize");
    if (call.error()) {
        return call.error();
    }
    Stream* stream = streams().find(handle);
    if (!stream) {
        return call.fails(INVALID_HANDLE, "this is no stream");
    }
    if (stream->capture) {
        return refuseInCapture(call, *stream, "waiting");
    }
    workUntil([=] { return isIdle(stream); });
    return deviceIsLost() ? ILLEGAL_ADDRESS : SUCCESS;
}

EXPORTED int cuEventCreate(void** to, unsigned flags) {
    Call call("cuEventCreate");
    if (call.error()) {
        return call.error();
    }
    if (flags) {
        return call.fails(INVALID_VALUE, "flags that are not known");
    }
    *to = events.add(new EventHandle);
    return SUCCESS;
}

EXPORTED int cuEventDestroy_v2(void* handle) {
    Call call("cuEventDestroy");
    if (call.error()) {
        return call.error();
    }
    return events.remove(handle) ? SUCCESS : call.fails(INVALID_HANDLE, "this is no event");
}

EXPORTED int cuEventRecord(void* handle, void* streamHandle) {
    Call call("cuEventRecord");
    if (call.error()) {
        return call.error();
    }
    EventHandle* found = events.find(handle);
    Stream* stream = streams().find(streamHandle);
    if (!found || !stream) {
        return call.fails(INVALID_HANDLE, "this is no event, or no stream");
    }
    if (stream->capture) {
        return call.fails(NOT_SUPPORTED, "the stand-in knows no events in captures");
    }
    std::shared_ptr<Event> event = found->event;
    long recording = ++event->asked;
    return enqueue(call, streamHandle, {"event", [=] {
        event->happened = recording;
        event->milliseconds = now;
    }, nullptr});
}

EXPORTED int cuStreamWaitEvent(void* stream, void* handle, unsigned flags) {
    Call call("cuStreamWaitEvent");
    if (call.error()) {
        return call.error();
    }
    EventHandle* found = events.find(handle);
    if (!found || !streams().find(stream)) {
        return call.fails(INVALID_HANDLE, "this is no event, or no stream");
    }
    if (flags) {
        return call.fails(INVALID_VALUE, "flags that are not known");
    }
    if (streams().find(stream)->capture) {
        return call.fails(NOT_SUPPORTED, "the stand-in knows no events in captures");
    }
    std::shared_ptr<Event> event = found->event;
    long recording = event->asked; // 0 where there is nothing to wait for
    return enqueue(call, stream, {"wait", [] {}, [=] { return event->happened >= recording || deviceIsLost(); }});
}

EXPORTED int cuEventSynchronize(void* handle) {
    Call call("cuEventSynchronize");
    if (call.error()) {
        return call.error();
    }
    EventHandle* found = events.find(handle);
    if (!found) {
        return call.fails(INVALID_HANDLE, "this is no event");
    }
    std::shared_ptr<Event> event = found->event;
    long recording = event->asked;
    workUntil([=] { return event->happened >= recording || deviceIsLost(); });
    return deviceIsLost() ? ILLEGAL_ADDRESS : SUCCESS;
}

EXPORTED int cuEventElapsedTime_v2(float* milliseconds, void* fromHandle, void* toHandle) {
    Call call("cuEventElapsedTime");
    if (call.error()) {
        return call.error();
    }
    EventHandle* from = events.find(fromHandle);
    EventHandle* to = events.find(toHandle);
    if (!from || !to || !from->event->asked || !to->event->asked) {
        return call.fails(INVALID_HANDLE, "this is no event, or one that was never recorded");
    }
    if (from->event->happened < from->event->asked || to->event->happened < to->event->asked) {
        return call.fails(NOT_READY, "an event has not happened yet");
    }
    *milliseconds = (float) (to->event->milliseconds - from->event->milliseconds);
    return SUCCESS;
}

/** Appends work of cuDNN's stand-in to a stream; "release" is called where the work cannot run any more. */
EXPORTED int standin_enqueue(void* stream, const char* name, void (*work)(const void*), void* data,
        void (*release)(void*)) {
    Call call("the launch of cuDNN's kernel");
    std::shared_ptr<void> kept(data, release);
    if (call.error()) {
        return call.error();
    }
    count("cudnn.executions", 1);
    return enqueue(call, stream, {name, [=] { work(kept.get()); }, nullptr});
}
