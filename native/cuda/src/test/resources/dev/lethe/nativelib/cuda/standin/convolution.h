// The engines of cuDNN's stand-in, and the computation of convolutions by loops.
#pragma once

#include "descriptors.h"

#include <cstddef>

/** A way to compute convolutions, with the traits by which Lethe chooses. */
struct Engine {
    int note; // a numerical note of floats, NO_NOTE where there is none
    bool supported; // whether plans can be made
    bool runs; // whether its plans run
    int64_t workspace; // in bytes
};

const int NO_NOTE = -1;
const int TENSOR_CORE = 0; // numerical notes
const int NONDETERMINISTIC = 4;

/** Returns the engines in the order in which the heuristics offer them. */
const std::vector<Engine>& engines();

/** A convolution with the addresses of its memory. */
struct Work {
    Problem problem;
    char* images;
    char* filters;
    char* results;
    char* workspace;
    int64_t workspaceBytes;
};

/** Returns the bytes from the first to the last element of a tensor. */
size_t bytesOf(const Tensor& tensor);

/** Computes a convolution, a gradient of its images, or one of its filters. */
void compute(const Work& work);
