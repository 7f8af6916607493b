// Captures of streams, and the graphs that come of them.

#include "driver.h"

using namespace standin;

namespace {
const int RELAXED = 2; // a mode of captures
const int KNOWN_MODES = 3;

Handles<Graph> graphs;

struct Executable {
    Graph graph;
};

Handles<Executable> executables;
}

namespace standin {
void reportGraphs() {
    count("left.graphs", graphs.size());
    count("left.executables", executables.size());
}
}

EXPORTED int cuStreamBeginCapture_v2(void* handle, int mode) {
    Call call("cuStreamBeginCapture");
    if (call.error()) {
        return call.error();
    }
    Stream* stream = streams().find(handle);
    if (!stream) {
        return call.fails(INVALID_HANDLE, "this is no stream");
    }
    if (stream->capture) {
        return call.fails(INVALID_VALUE, "the stream is captured already");
    }
    if (mode != RELAXED) {
        return call.fails(mode >= 0 && mode < KNOWN_MODES ? NOT_SUPPORTED : INVALID_VALUE,
                "the stand-in knows relaxed captures only");
    }
    stream->capture = std::make_unique<Graph>();
    stream->invalidated = false;
    return SUCCESS;
}

EXPORTED int cuStreamEndCapture(void* handle, void** to) {
    Call call("cuStreamEndCapture");
    if (call.error()) {
        return call.error();
    }
    Stream* stream = streams().find(handle);
    if (!stream) {
        return call.fails(INVALID_HANDLE, "this is no stream");
    }
    if (!stream->capture) {
        return call.fails(NOT_CAPTURING, "the stream is not captured");
    }
    std::unique_ptr<Graph> captured = std::move(stream->capture);
    *to = nullptr;
    if (stream->invalidated) {
        return CAPTURE_INVALIDATED;
    }
    *to = graphs.add(captured.release());
    return SUCCESS;
}

EXPORTED int cuGraphInstantiateWithFlags(void** to, void* handle, unsigned long long flags) {
    Call call("cuGraphInstantiate");
    if (call.error()) {
        return call.error();
    }
    Graph* graph = graphs.find(handle);
    if (!graph) {
        return call.fails(INVALID_HANDLE, "this is no graph");
    }
    if (flags) {
        return call.fails(INVALID_VALUE, "flags that are not known");
    }
    *to = executables.add(new Executable{*graph});
    return SUCCESS;
}

EXPORTED int cuGraphDestroy(void* handle) {
    Call call("cuGraphDestroy");
    if (call.error()) {
        return call.error();
    }
    return graphs.remove(handle) ? SUCCESS : call.fails(INVALID_HANDLE, "this is no graph");
}

EXPORTED int cuGraphLaunch(void* handle, void* streamHandle) {
    Call call("cuGraphLaunch");
    if (call.error()) {
        return call.error();
    }
    Executable* executable = executables.find(handle);
    Stream* stream = streams().find(streamHandle);
    if (!executable || !stream) {
        return call.fails(INVALID_HANDLE, "this is no executable graph, or no stream");
    }
    if (stream->capture) {
        return call.fails(NOT_SUPPORTED, "the stand-in knows no graphs in captures");
    }
    for (const Operation& operation : executable->graph.operations) {
        stream->queue.push_back(operation);
    }
    count("graph.launches", 1);
    return SUCCESS;
}

EXPORTED int cuGraphExecDestroy(void* handle) {
    Call call("cuGraphExecDestroy");
    if (call.error()) {
        return call.error();
    }
    return executables.remove(handle) ? SUCCESS : call.fails(INVALID_HANDLE, "this is no executable graph");
}
