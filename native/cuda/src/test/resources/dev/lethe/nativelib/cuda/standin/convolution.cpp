// The computation of convolutions by loops, with sums in floats, as cuDNN defines them.

#include "convolution.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace {
const int ODD_WORKSPACE = 1001; // bytes: no multiple of anything
const unsigned char USED = 0xEE; // what is left in a workspace

int64_t workspaceSetting() {
    const char* text = getenv("STANDIN_WORKSPACE");
    return text ? atoll(text) : ODD_WORKSPACE;
}

int elementBytes(const Tensor& tensor) {
    return tensor.type == DATA_BFLOAT16 ? 2 : 4;
}

int64_t elements(const Tensor& tensor) {
    int64_t last = 0;
    for (int i = 0; i < 4; i++) {
        last += (tensor.dimensions[i] - 1) * tensor.strides[i];
    }
    return last + 1;
}

float floatOf(uint16_t bfloat16) {
    uint32_t bits = (uint32_t) bfloat16 << 16;
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/** Returns the nearest bfloat16, ties to even. */
uint16_t bfloat16Of(float value) {
    if (value != value) {
        return 0x7FFF;
    }
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

std::vector<float> load(const Tensor& tensor, const char* from) {
    std::vector<float> values(elements(tensor));
    if (tensor.type == DATA_BFLOAT16) {
        std::transform((const uint16_t*) from, (const uint16_t*) from + values.size(), values.begin(), floatOf);
    } else {
        memcpy(values.data(), from, values.size() * sizeof(float));
    }
    return values;
}

void store(const Tensor& tensor, const std::vector<float>& values, char* to) {
    if (tensor.type == DATA_BFLOAT16) {
        std::transform(values.begin(), values.end(), (uint16_t*) to, bfloat16Of);
    } else {
        memcpy(to, values.data(), values.size() * sizeof(float));
    }
}

int64_t index(const Tensor& tensor, int64_t first, int64_t channel, int64_t row, int64_t column) {
    return first * tensor.strides[0] + channel * tensor.strides[1] + row * tensor.strides[2]
            + column * tensor.strides[3];
}

/** The values of the three tensors, one of which is the result. */
struct Operands {
    std::vector<float> images;
    std::vector<float> filters;
    std::vector<float> results;
};

/** One place of the results with the channels of the images that belong to its group. */
struct Place {
    int64_t batch;
    int64_t output;
    int64_t row;
    int64_t column;
    int64_t firstChannel;
};

/** Adds the products of one tap of a filter at one place, over the channels of its group. */
void addTap(const Problem& p, Operands& of, const Place& at, int64_t tapRow, int64_t tapColumn) {
    int64_t row = at.row * p.strides[0] - p.paddings[0] + tapRow * p.dilations[0];
    int64_t column = at.column * p.strides[1] - p.paddings[1] + tapColumn * p.dilations[1];
    if (row < 0 || column < 0 || row >= p.images.dimensions[2] || column >= p.images.dimensions[3]) {
        return;
    }
    float& result = of.results[index(p.results, at.batch, at.output, at.row, at.column)];
    float* images = &of.images[index(p.images, at.batch, at.firstChannel, row, column)];
    float* filters = &of.filters[index(p.filters, at.output, 0, tapRow, tapColumn)];
    int64_t imageStep = p.images.strides[1];
    int64_t filterStep = p.filters.strides[1];
    int64_t channels = p.filters.dimensions[1];
    if (p.operation == FORWARD) {
        float sum = result;
        for (int64_t c = 0; c < channels; c++) {
            sum += images[c * imageStep] * filters[c * filterStep];
        }
        result = sum;
    } else if (p.operation == DATA) {
        for (int64_t c = 0; c < channels; c++) {
            images[c * imageStep] += result * filters[c * filterStep];
        }
    } else {
        for (int64_t c = 0; c < channels; c++) {
            filters[c * filterStep] += result * images[c * imageStep];
        }
    }
}

void addTaps(const Problem& p, Operands& of, const Place& at) {
    for (int64_t row = 0; row < p.filters.dimensions[2]; row++) {
        for (int64_t column = 0; column < p.filters.dimensions[3]; column++) {
            addTap(p, of, at, row, column);
        }
    }
}

/** Adds all products, result by result. */
void addAll(const Problem& p, Operands& of) {
    int64_t channels = p.filters.dimensions[1];
    int64_t groups = p.images.dimensions[1] / channels;
    int64_t outputsOfGroup = p.results.dimensions[1] / groups;
    Place at;
    for (at.batch = 0; at.batch < p.results.dimensions[0]; at.batch++) {
        for (at.output = 0; at.output < p.results.dimensions[1]; at.output++) {
            at.firstChannel = at.output / outputsOfGroup * channels;
            for (at.row = 0; at.row < p.results.dimensions[2]; at.row++) {
                for (at.column = 0; at.column < p.results.dimensions[3]; at.column++) {
                    addTaps(p, of, at);
                }
            }
        }
    }
}

/** Returns zeros for the tensor that is computed, and the values of the others. */
std::vector<float> valuesOf(const Tensor& tensor, const char* from, bool computed) {
    return computed ? std::vector<float>(elements(tensor)) : load(tensor, from);
}
}

const std::vector<Engine>& engines() {
    static const std::vector<Engine> ALL = {
        {NONDETERMINISTIC, true, true, 0},
        {NO_NOTE, false, true, 0},
        {NO_NOTE, true, false, 0},
        {TENSOR_CORE, true, true, workspaceSetting()},
        {NO_NOTE, true, true, workspaceSetting()},
        {NO_NOTE, true, true, 0}};
    return ALL;
}

size_t bytesOf(const Tensor& tensor) {
    return elements(tensor) * elementBytes(tensor);
}

void compute(const Work& work) {
    const Problem& p = work.problem;
    if (work.workspaceBytes) {
        memset(work.workspace, USED, work.workspaceBytes);
    }
    Operands of = {valuesOf(p.images, work.images, p.operation == DATA),
        valuesOf(p.filters, work.filters, p.operation == WEIGHTS),
        valuesOf(p.results, work.results, p.operation == FORWARD)};
    addAll(p, of);
    if (p.operation == FORWARD) {
        store(p.results, of.results, work.results);
    } else if (p.operation == DATA) {
        store(p.images, of.images, work.images);
    } else {
        store(p.filters, of.filters, work.filters);
    }
}
