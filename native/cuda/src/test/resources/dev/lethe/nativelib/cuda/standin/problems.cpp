// Convolutions as the descriptors of operations give them, and plans as texts.

#include "descriptors.h"

#include <algorithm>
#include <sstream>

namespace {
const char* const TEXT_BEGINS = "stand-in plan";

/** The places of an operation's attributes, counted from its first. */
enum Place {
    ALPHA, BETA, CONVOLUTION_OF, FILTERS, IMAGES, RESULTS
};

int firstAttribute(const Descriptor& operation) {
    switch (operation.type) {
        case FORWARD:
            return FORWARD_ALPHA;
        case DATA:
            return DATA_ALPHA;
        default:
            return WEIGHTS_ALPHA;
    }
}

Tensor tensor(const Descriptor& descriptor) {
    Tensor tensor;
    tensor.type = *descriptor.values<int>(TENSOR_TYPE);
    std::copy_n(descriptor.values<int64_t>(TENSOR_DIMENSIONS), 4, tensor.dimensions);
    std::copy_n(descriptor.values<int64_t>(TENSOR_STRIDES), 4, tensor.strides);
    tensor.name = *descriptor.values<int64_t>(TENSOR_NAME);
    tensor.alignment = *descriptor.values<int64_t>(TENSOR_ALIGNMENT);
    return tensor;
}

bool shapesFit(const Problem& p) {
    for (int i = 0; i < 2; i++) {
        int64_t filter = p.dilations[i] * (p.filters.dimensions[2 + i] - 1) + 1;
        int64_t steps = (p.images.dimensions[2 + i] + 2 * p.paddings[i] - filter) / p.strides[i];
        if (steps + 1 != p.results.dimensions[2 + i]) {
            return false;
        }
    }
    return p.images.dimensions[0] == p.results.dimensions[0] && p.filters.dimensions[0] == p.results.dimensions[1]
            && p.images.dimensions[1] % p.filters.dimensions[1] == 0;
}
}

int readProblem(Descriptor& operation) {
    int first = firstAttribute(operation);
    for (int place = ALPHA; place <= RESULTS; place++) {
        if (!operation.has(first + place)) {
            return fails(STATUS_BAD_PARAM, "attribute " + std::to_string(first + place) + " is missing");
        }
    }
    if (*operation.values<float>(first + ALPHA) != 1 || *operation.values<float>(first + BETA) != 0) {
        return fails(STATUS_NOT_SUPPORTED, "the stand-in knows no factors other than 1 and 0");
    }
    auto problem = std::make_shared<Problem>();
    const Descriptor& convolution = *operation.child(first + CONVOLUTION_OF);
    problem->operation = operation.type;
    problem->images = tensor(*operation.child(first + IMAGES));
    problem->filters = tensor(*operation.child(first + FILTERS));
    problem->results = tensor(*operation.child(first + RESULTS));
    std::copy_n(convolution.values<int64_t>(CONVOLUTION_PRE_PADDINGS), 2, problem->paddings);
    std::copy_n(convolution.values<int64_t>(CONVOLUTION_DILATIONS), 2, problem->dilations);
    std::copy_n(convolution.values<int64_t>(CONVOLUTION_STRIDES), 2, problem->strides);
    if (!shapesFit(*problem)) {
        return fails(STATUS_BAD_PARAM, "the shapes do not fit");
    }
    operation.problem = problem;
    return STATUS_SUCCESS;
}

std::string planText(const Problem& problem, int engine) {
    std::ostringstream text;
    text << TEXT_BEGINS << ' ' << engine;
    const int64_t* numbers = (const int64_t*) &problem;
    for (size_t i = 0; i < sizeof(Problem) / sizeof(int64_t); i++) {
        text << ' ' << numbers[i];
    }
    return text.str();
}

int readPlanText(Descriptor& plan, const std::string& text) {
    std::string begins = TEXT_BEGINS;
    if (text.compare(0, begins.size(), begins)) {
        return fails(STATUS_BAD_PARAM, "this is no plan");
    }
    std::istringstream words(text.substr(begins.size()));
    plan.problem = std::make_shared<Problem>();
    words >> plan.engine;
    int64_t* numbers = (int64_t*) plan.problem.get();
    for (size_t i = 0; i < sizeof(Problem) / sizeof(int64_t); i++) {
        words >> numbers[i];
    }
    return words ? STATUS_SUCCESS : fails(STATUS_BAD_PARAM, "the plan is cut off");
}
