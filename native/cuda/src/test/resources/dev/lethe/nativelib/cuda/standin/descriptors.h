// The descriptors of cuDNN's graph API in its stand-in, and what can be read from them. The numbers are cuDNN's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#define EXPORTED extern "C" __attribute__((visibility("default")))

const int STATUS_SUCCESS = 0;
const int STATUS_NOT_INITIALIZED = 1001;
const int STATUS_BAD_PARAM = 2000;
const int STATUS_NOT_SUPPORTED = 3000;
const int STATUS_EXECUTION_FAILED = 5000;

enum DescriptorType {
    CONVOLUTION = 1,
    ENGINE = 2,
    CONFIGURATION = 3,
    HEURISTICS = 4,
    PLAN = 5,
    KNOB_CHOICE = 7,
    FORWARD = 10,
    WEIGHTS = 11,
    DATA = 12,
    GRAPH = 15,
    MEMORY = 16,
    TENSOR = 17,
    DEVICE = 38
};

enum ValueType {
    HANDLE_VALUE = 0,
    DATA_TYPE_VALUE = 1,
    LONG_VALUE = 3,
    FLOAT_VALUE = 4,
    ADDRESS_VALUE = 6,
    CONVOLUTION_MODE_VALUE = 7,
    HEURISTICS_MODE_VALUE = 8,
    NOTE_VALUE = 11,
    DESCRIPTOR_VALUE = 15,
    CHAR_VALUE = 24
};

enum Attribute {
    CONVOLUTION_SUMS = 100,
    CONVOLUTION_MODE = 101,
    CONVOLUTION_DILATIONS = 102,
    CONVOLUTION_STRIDES = 103,
    CONVOLUTION_POST_PADDINGS = 104,
    CONVOLUTION_PRE_PADDINGS = 105,
    CONVOLUTION_DIMENSIONS = 106,
    HEURISTICS_MODE = 200,
    HEURISTICS_GRAPH = 201,
    HEURISTICS_RESULTS = 202,
    HEURISTICS_DEVICE = 204,
    CONFIGURATION_ENGINE = 300,
    CONFIGURATION_KNOBS = 302,
    PLAN_HANDLE = 400,
    PLAN_CONFIGURATION = 401,
    PLAN_WORKSPACE_SIZE = 402,
    PLAN_TEXT = 405,
    PLAN_DEVICE = 407,
    KNOB_TYPE = 600,
    KNOB_VALUE = 601,
    FORWARD_ALPHA = 700, // of each operation: alpha, beta, the convolution, filters, images, results
    DATA_ALPHA = 706,
    WEIGHTS_ALPHA = 712,
    GRAPH_HANDLE = 800,
    GRAPH_OPERATIONS = 801,
    TENSOR_ALIGNMENT = 900,
    TENSOR_TYPE = 901,
    TENSOR_DIMENSIONS = 902,
    TENSOR_STRIDES = 903,
    TENSOR_NAME = 906,
    MEMORY_NAMES = 1000,
    MEMORY_ADDRESSES = 1001,
    MEMORY_WORKSPACE = 1003,
    ENGINE_NUMBER = 1301,
    ENGINE_NOTES = 1303,
    DEVICE_TEXT = 2702
};

const int DATA_FLOAT = 0;
const int DATA_BFLOAT16 = 9;

/** A tensor; rows come before columns in its dimensions, and channels before both. */
struct Tensor {
    int64_t type;
    int64_t dimensions[4];
    int64_t strides[4]; // in elements
    int64_t name;
    int64_t alignment; // of its address
};

/** A convolution: a type of its operation, its tensors, and the way of the filters. */
struct Problem {
    int64_t operation;
    Tensor images;
    Tensor filters;
    Tensor results;
    int64_t paddings[2]; // of rows and columns, as the next two
    int64_t dilations[2];
    int64_t strides[2];
};

/** The values of an attribute. */
struct Values {
    std::vector<char> bytes;
    int64_t count;
};

/** A descriptor, with what it is found to mean when it is finished. */
struct Descriptor {
    int type;
    bool finished = false;
    std::map<int, Values> attributes;
    std::shared_ptr<Problem> problem;
    int engine = -1; // of a configuration, an engine, a knob's choice, or a plan

    bool has(int attribute) const {
        return attributes.count(attribute) > 0;
    }

    /** Returns the values of an attribute that is set. */
    template <typename T> const T* values(int attribute) const {
        return (const T*) attributes.at(attribute).bytes.data();
    }

    Descriptor* child(int attribute) const {
        return *values<Descriptor*>(attribute);
    }
};

/** Keeps a message for the caller, and returns the status. */
int fails(int status, const std::string& why);

/** Reads a convolution from an operation's descriptor; returns a status. */
int readProblem(Descriptor& operation);

/** Returns a problem and an engine as a text. */
std::string planText(const Problem& problem, int engine);

/** Reads what planText writes; returns a status. */
int readPlanText(Descriptor& plan, const std::string& text);
