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

/** Adds the products of one tap of a filter at one place of the results, over the channels of their group. */
void addTap(const Problem& p, Operands& of, const int64_t* place, int64_t tapRow, int64_t tapColumn) {
    int64_t row = place[2] * p.strides[0] - p.paddings[0] + tapRow * p.dilations[0];
    int64_t column = place[3] * p.strides[1] - p.paddings[1] + tapColumn * p.dilations[1];
    if (row < 0 || column < 0 || row >= p.images.dimensions[2] || column >= p.images.dimensions[3]) {
        return;
    }
    int64_t channels = p.filters.dimensions[1];
    int64_t groups = p.images.dimensions[1] / channels;
    int64_t group = place[1] / (p.results.dimensions[1] / groups);
    float& result = of.results[index(p.results, place[0], place[1], place[2], place[3])];
    for (int64_t c = 0; c < channels; c++) {
        float& image = of.images[index(p.images, place[0], group * channels + c, row, column)];
        float& filter = of.filters[index(p.filters, place[1], c, tapRow, tapColumn)];
        if (p.operation == FORWARD) {
            result += image * filter;
        } else if (p.operation == DATA) {
            image += result * filter;
        } else {
            filter += result * image;
        }
    }
}

void addTaps(const Problem& p, Operands& of, const int64_t* place) {
    for (int64_t row = 0; row < p.filters.dimensions[2]; row++) {
        for (int64_t column = 0; column < p.filters.dimensions[3]; column++) {
            addTap(p, of, place, row, column);
        }
    }
}

/** Calls addTaps for each element of the results. */
void addAll(const Problem& p, Operands& of) {
    int64_t place[4];
    for (place[0] = 0; place[0] < p.results.dimensions[0]; place[0]++) {
        for (place[1] = 0; place[1] < p.results.dimensions[1]; place[1]++) {
            for (place[2] = 0; place[2] < p.results.dimensions[2]; place[2]++) {
                for (place[3] = 0; place[3] < p.results.dimensions[3]; place[3]++) {
                    addTaps(p, of, place);
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
