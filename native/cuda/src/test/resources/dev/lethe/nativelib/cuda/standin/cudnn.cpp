// The functions of cuDNN's graph API, as far as Lethe calls them: graphs of one convolution. They check what cuDNN
// checks: types and counts of attributes, what is finished, a current context, and alignment.

#include "convolution.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <set>

extern "C" int standin_enqueue(void* stream, const char* name, void (*work)(const void*), void* data,
        void (*release)(void*));
extern "C" int standin_has_context();
extern "C" void standin_count(const char* what, long long change);
extern "C" void standin_require_allocated(unsigned long long from, size_t bytes, const char* user);

namespace {
const int VERSION = 91900;
const int WORKSPACE_ALIGNMENT = 128;
const int KNOB = 6; // the type of the only knob

struct Handle {
    void* stream = nullptr;
};

std::recursive_mutex lock;
thread_local std::string lastMessage;
std::set<const Descriptor*> open;

int valueBytes(int type) {
    switch (type) {
        case CHAR_VALUE:
            return 1;
        case HANDLE_VALUE:
        case LONG_VALUE:
        case ADDRESS_VALUE:
        case DESCRIPTOR_VALUE:
            return 8;
        default:
            return 4;
    }
}

/** An attribute that can be set: its type, and the number of its values, 0 for any. */
struct Rule {
    int type;
    int count;
    bool optional = false;
};

const std::map<int, Rule>& operationRules() {
    static std::map<int, Rule> rules;
    for (int first : {FORWARD_ALPHA, DATA_ALPHA, WEIGHTS_ALPHA}) {
        rules[first] = {FLOAT_VALUE, 1};
        rules[first + 1] = {FLOAT_VALUE, 1};
        for (int place = 2; place < 6; place++) {
            rules[first + place] = {DESCRIPTOR_VALUE, 1};
        }
    }
    return rules;
}

/** Returns the attributes of a type of descriptor; none for a type that is not known. */
const std::map<int, Rule>& rulesOf(int type) {
    static const std::map<int, std::map<int, Rule>> RULES = {
        {CONVOLUTION, {{CONVOLUTION_SUMS, {DATA_TYPE_VALUE, 1}}, {CONVOLUTION_MODE, {CONVOLUTION_MODE_VALUE, 1}},
            {CONVOLUTION_DILATIONS, {LONG_VALUE, 2}}, {CONVOLUTION_STRIDES, {LONG_VALUE, 2}},
            {CONVOLUTION_POST_PADDINGS, {LONG_VALUE, 2}}, {CONVOLUTION_PRE_PADDINGS, {LONG_VALUE, 2}},
            {CONVOLUTION_DIMENSIONS, {LONG_VALUE, 1}}}},
        {HEURISTICS, {{HEURISTICS_MODE, {HEURISTICS_MODE_VALUE, 1}}, {HEURISTICS_GRAPH, {DESCRIPTOR_VALUE, 1}},
            {HEURISTICS_DEVICE, {DESCRIPTOR_VALUE, 1, true}}}},
        {DEVICE, {{DEVICE_TEXT, {CHAR_VALUE, 0}}}},
        {GRAPH, {{GRAPH_HANDLE, {HANDLE_VALUE, 1, true}}, {GRAPH_OPERATIONS, {DESCRIPTOR_VALUE, 1}}}},
        {TENSOR, {{TENSOR_ALIGNMENT, {LONG_VALUE, 1}}, {TENSOR_TYPE, {DATA_TYPE_VALUE, 1}},
            {TENSOR_DIMENSIONS, {LONG_VALUE, 4}}, {TENSOR_STRIDES, {LONG_VALUE, 4}}, {TENSOR_NAME, {LONG_VALUE, 1}}}},
        {MEMORY, {{MEMORY_NAMES, {LONG_VALUE, 3}}, {MEMORY_ADDRESSES, {ADDRESS_VALUE, 3}},
            {MEMORY_WORKSPACE, {ADDRESS_VALUE, 1}}}},
        {PLAN, {{PLAN_HANDLE, {HANDLE_VALUE, 1}}, {PLAN_CONFIGURATION, {DESCRIPTOR_VALUE, 1}},
            {PLAN_TEXT, {CHAR_VALUE, 0}}, {PLAN_DEVICE, {DESCRIPTOR_VALUE, 1}}}}};
    static const std::map<int, Rule> NONE;
    if (type == FORWARD || type == DATA || type == WEIGHTS) {
        return operationRules();
    }
    auto found = RULES.find(type);
    return found == RULES.end() ? NONE : found->second;
}

int requireAll(const Descriptor& descriptor) {
    for (auto& [attribute, rule] : rulesOf(descriptor.type)) {
        if (!rule.optional && !descriptor.has(attribute)) {
            return fails(STATUS_BAD_PARAM, "attribute " + std::to_string(attribute) + " is missing");
        }
    }
    return STATUS_SUCCESS;
}

/** Takes the problem of a child's descriptor. */
int inherit(Descriptor& descriptor, int attribute) {
    int status = requireAll(descriptor);
    if (status == STATUS_SUCCESS) {
        descriptor.problem = descriptor.child(attribute)->problem;
    }
    return status;
}

int finishPlan(Descriptor& plan) {
    if (plan.has(PLAN_HANDLE) == plan.has(PLAN_DEVICE)) {
        return fails(STATUS_BAD_PARAM, "a plan needs a handle, or the description of a device");
    }
    if (plan.has(PLAN_TEXT)) {
        const std::vector<char>& text = plan.attributes[PLAN_TEXT].bytes;
        return readPlanText(plan, std::string(text.begin(), text.end()));
    }
    if (!plan.has(PLAN_CONFIGURATION)) {
        return fails(STATUS_BAD_PARAM, "a plan without a configuration");
    }
    plan.problem = plan.child(PLAN_CONFIGURATION)->problem;
    plan.engine = plan.child(PLAN_CONFIGURATION)->engine;
    return engines()[plan.engine].supported
            ? STATUS_SUCCESS
            : fails(STATUS_NOT_SUPPORTED, "this engine does not support the convolution");
}

int finishHeuristics(Descriptor& heuristics) {
    int status = inherit(heuristics, HEURISTICS_GRAPH);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    return heuristics.has(HEURISTICS_DEVICE) != heuristics.child(HEURISTICS_GRAPH)->has(GRAPH_HANDLE)
            ? STATUS_SUCCESS
            : fails(STATUS_BAD_PARAM, "heuristics need a handle, or the description of a device");
}

int finish(Descriptor& descriptor) {
    switch (descriptor.type) {
        case CONVOLUTION:
        case TENSOR:
        case MEMORY:
            return requireAll(descriptor);
        case FORWARD:
        case DATA:
        case WEIGHTS:
            return readProblem(descriptor);
        case GRAPH:
            return inherit(descriptor, GRAPH_OPERATIONS);
        case DEVICE:
            return requireAll(descriptor);
        case HEURISTICS:
            return finishHeuristics(descriptor);
        case PLAN:
            return finishPlan(descriptor);
        default:
            return fails(STATUS_NOT_SUPPORTED,
                    "the stand-in knows no descriptors of type " + std::to_string(descriptor.type));
    }
}

/** Returns the numerical notes of an engine for a problem. */
std::vector<int> notes(const Descriptor& engine) {
    int note = engines()[engine.engine].note;
    if (note == NO_NOTE && engine.problem->images.type == DATA_BFLOAT16) {
        note = TENSOR_CORE;
    }
    return note == NO_NOTE ? std::vector<int>() : std::vector<int>{note};
}

/** Copies as many values as are wanted, and tells how many there are. */
template <typename T> int give(const std::vector<T>& values, int64_t wanted, int64_t* count, void* to) {
    *count = values.size();
    if (to) {
        memcpy(to, values.data(), std::min<size_t>(wanted, values.size()) * sizeof(T));
    }
    return STATUS_SUCCESS;
}

int giveConfigurations(const Descriptor& heuristics, int64_t wanted, int64_t* count, void* to) {
    *count = std::min<int64_t>(wanted, engines().size());
    for (int i = 0; i < *count; i++) {
        Descriptor& configuration = *((Descriptor**) to)[i];
        configuration.finished = true;
        configuration.problem = heuristics.problem;
        configuration.engine = i;
    }
    return STATUS_SUCCESS;
}

int giveEngine(const Descriptor& configuration, int64_t* count, void* to) {
    Descriptor& engine = **(Descriptor**) to;
    engine.finished = true;
    engine.problem = configuration.problem;
    engine.engine = configuration.engine;
    *count = 1;
    return STATUS_SUCCESS;
}

/** Gives the choice of the one knob that every engine has. */
int giveKnobs(const Descriptor& configuration, int64_t wanted, int64_t* count, void* to) {
    *count = 1;
    if (wanted < 1) {
        return fails(STATUS_BAD_PARAM, "no room for the choice of a knob");
    }
    Descriptor& knob = **(Descriptor**) to;
    if (knob.type != KNOB_CHOICE) {
        return fails(STATUS_BAD_PARAM, "the choice of a knob goes to a descriptor of another type");
    }
    knob.finished = true;
    knob.engine = configuration.engine;
    return STATUS_SUCCESS;
}

int requireOpen(const Descriptor* descriptor) {
    return open.count(descriptor) ? STATUS_SUCCESS : fails(STATUS_BAD_PARAM, "this descriptor is not open");
}

/** Runs work in its stream. */
void run(const void* work) {
    compute(*(const Work*) work);
}

void release(void* work) {
    delete (Work*) work;
}

int requireMemory(const Tensor& tensor, const char* at) {
    if ((uintptr_t) at % tensor.alignment) {
        return fails(STATUS_BAD_PARAM, "an address is no multiple of the alignment that was promised");
    }
    standin_require_allocated((unsigned long long) at, bytesOf(tensor), "a convolution");
    return STATUS_SUCCESS;
}

int requireWorkspace(const Work& work) {
    if (work.workspaceBytes == 0) {
        return STATUS_SUCCESS;
    }
    if (!work.workspace || (uintptr_t) work.workspace % WORKSPACE_ALIGNMENT) {
        return fails(STATUS_BAD_PARAM, "the workspace is missing, or not aligned");
    }
    standin_require_allocated((unsigned long long) work.workspace, work.workspaceBytes, "a workspace");
    return STATUS_SUCCESS;
}

/** Returns the address that a tensor's name has, and nothing where it has none. */
char* address(const Descriptor& memory, const Tensor& tensor) {
    const int64_t* names = memory.values<int64_t>(MEMORY_NAMES);
    for (int i = 0; i < 3; i++) {
        if (names[i] == tensor.name) {
            return memory.values<char*>(MEMORY_ADDRESSES)[i];
        }
    }
    return nullptr;
}
}

int fails(int status, const std::string& why) {
    lastMessage = why;
    return status;
}

EXPORTED size_t cudnnGetVersion() {
    return VERSION;
}

EXPORTED const char* cudnnGetErrorString(int status) {
    switch (status) {
        case STATUS_SUCCESS:
            return "CUDNN_STATUS_SUCCESS";
        case STATUS_NOT_INITIALIZED:
            return "CUDNN_STATUS_NOT_INITIALIZED";
        case STATUS_BAD_PARAM:
            return "CUDNN_STATUS_BAD_PARAM";
        case STATUS_NOT_SUPPORTED:
            return "CUDNN_STATUS_NOT_SUPPORTED";
        default:
            return "CUDNN_STATUS_EXECUTION_FAILED";
    }
}

EXPORTED void cudnnGetLastErrorString(char* to, size_t bytes) {
    snprintf(to, bytes, "%s", lastMessage.c_str());
}

EXPORTED int cudnnCreate(Handle** to) {
    if (!standin_has_context()) {
        return fails(STATUS_NOT_INITIALIZED, "no context is current in this thread");
    }
    *to = new Handle;
    standin_count("left.cudnn.handles", 1);
    return STATUS_SUCCESS;
}

EXPORTED int cudnnDestroy(Handle* handle) {
    delete handle;
    standin_count("left.cudnn.handles", -1);
    return STATUS_SUCCESS;
}

EXPORTED int cudnnSetStream(Handle* handle, void* stream) {
    handle->stream = stream;
    return STATUS_SUCCESS;
}

EXPORTED int cudnnBackendCreateDescriptor(int type, Descriptor** to) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    *to = new Descriptor{type};
    open.insert(*to);
    standin_count("left.cudnn.descriptors", 1);
    return STATUS_SUCCESS;
}

EXPORTED int cudnnBackendDestroyDescriptor(Descriptor* descriptor) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    int status = requireOpen(descriptor);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    open.erase(descriptor);
    delete descriptor;
    standin_count("left.cudnn.descriptors", -1);
    return STATUS_SUCCESS;
}

EXPORTED int cudnnBackendSetAttribute(Descriptor* descriptor, int attribute, int type, int64_t count,
        const void* from) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    int status = requireOpen(descriptor);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    std::string name = "attribute " + std::to_string(attribute);
    const std::map<int, Rule>& rules = rulesOf(descriptor->type);
    auto rule = rules.find(attribute);
    if (rule == rules.end()) {
        return fails(STATUS_NOT_SUPPORTED, name + " is not known of this type of descriptor");
    }
    if (descriptor->finished) {
        return fails(STATUS_BAD_PARAM, name + " of a finished descriptor");
    }
    if (rule->second.type != type || (rule->second.count && rule->second.count != count) || !from) {
        return fails(STATUS_BAD_PARAM, name + " has another type or number of values");
    }
    for (int64_t i = 0; type == DESCRIPTOR_VALUE && i < count; i++) {
        const Descriptor* child = ((Descriptor* const*) from)[i];
        if (!open.count(child) || !child->finished) {
            return fails(STATUS_BAD_PARAM, name + " is a descriptor that is not finished");
        }
    }
    const char* bytes = (const char*) from;
    descriptor->attributes[attribute] = {std::vector<char>(bytes, bytes + count * valueBytes(type)), count};
    return STATUS_SUCCESS;
}

EXPORTED int cudnnBackendFinalize(Descriptor* descriptor) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    int status = requireOpen(descriptor);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    if (descriptor->finished) {
        return fails(STATUS_BAD_PARAM, "the descriptor is finished already");
    }
    status = finish(*descriptor);
    descriptor->finished = status == STATUS_SUCCESS;
    return status;
}

EXPORTED int cudnnBackendGetAttribute(Descriptor* descriptor, int attribute, int, int64_t wanted, int64_t* count,
        void* to) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    int status = requireOpen(descriptor);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    if (!descriptor->finished) {
        return fails(STATUS_BAD_PARAM, "the descriptor is not finished");
    }
    switch (attribute) {
        case HEURISTICS_RESULTS:
            return giveConfigurations(*descriptor, wanted, count, to);
        case CONFIGURATION_ENGINE:
            return giveEngine(*descriptor, count, to);
        case CONFIGURATION_KNOBS:
            return giveKnobs(*descriptor, wanted, count, to);
        case KNOB_TYPE:
            return give(std::vector<int>{KNOB}, wanted, count, to);
        case KNOB_VALUE:
            return give(std::vector<int64_t>{descriptor->engine % 2}, wanted, count, to);
        case ENGINE_NUMBER: // engines of one number differ by their knob
            return give(std::vector<int64_t>{descriptor->engine / 2}, wanted, count, to);
        case ENGINE_NOTES:
            return give(notes(*descriptor), wanted, count, to);
        case PLAN_WORKSPACE_SIZE:
            return give(std::vector<int64_t>{engines()[descriptor->engine].workspace}, wanted, count, to);
        case PLAN_TEXT: {
            std::string text = planText(*descriptor->problem, descriptor->engine);
            return give(std::vector<char>(text.begin(), text.end()), wanted, count, to);
        }
        default:
            return fails(STATUS_NOT_SUPPORTED, "attribute " + std::to_string(attribute) + " is not known");
    }
}

EXPORTED int cudnnBackendExecute(Handle* handle, Descriptor* plan, Descriptor* memory) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    if (!standin_has_context()) {
        return fails(STATUS_NOT_INITIALIZED, "no context is current in this thread");
    }
    if (!open.count(plan) || !open.count(memory) || !plan->finished || !memory->finished) {
        return fails(STATUS_BAD_PARAM, "the plan or its memory is not finished");
    }
    const Engine& engine = engines()[plan->engine];
    if (!engine.runs) {
        return fails(STATUS_EXECUTION_FAILED, "this engine does not run");
    }
    const Problem& problem = *plan->problem;
    Work work = {problem, address(*memory, problem.images), address(*memory, problem.filters),
        address(*memory, problem.results), *memory->values<char*>(MEMORY_WORKSPACE), engine.workspace};
    for (int status : {requireMemory(problem.images, work.images), requireMemory(problem.filters, work.filters),
            requireMemory(problem.results, work.results), requireWorkspace(work)}) {
        if (status != STATUS_SUCCESS) {
            return status;
        }
    }
    int error = standin_enqueue(handle->stream, "convolution", run, new Work(work), release);
    return error == 0
            ? STATUS_SUCCESS
            : fails(STATUS_EXECUTION_FAILED, "the driver refuses the kernel with error " + std::to_string(error));
}
