package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.tensor.Shape;

/**
 * How a parameter stands in the memory of the device: as (outputs, pixels, stored inputs), where operations see
 * (outputs, inputs, pixels). Stored inputs beyond the inputs are zero.
 *
 * @param outputs rows
 * @param inputs channels of a pixel
 * @param pixels of a filter
 * @param storedInputs at least as many as inputs
 */
record FilterLayout(int outputs, int inputs, int pixels, int storedInputs) {
    /** As operations see it. */
    static FilterLayout plain(Shape shape) {
        return new FilterLayout(1, 1, Math.toIntExact(shape.elements()), 1);
    }

    /** Of the weights of a convolution, (O, I / groups, K, K). */
    static FilterLayout convolution(Shape weights, int storedInputs) {
        return new FilterLayout(weights.dim(0), weights.dim(1), weights.dim(2) * weights.dim(3), storedInputs);
    }

    /** Of the weights of a linear layer with that input. */
    static FilterLayout linear(Shape weights, Shape input) {
        if (!ConvolutionProblem.coversImages(input)) {
            return plain(weights);
        }
        int channels = input.dim(3);
        return new FilterLayout(weights.dim(0), channels, weights.dim(1) / channels, channels);
    }

    int elements() {
        return outputs * pixels * storedInputs;
    }

    float[] stored(float[] values) {
        float[] stored = new float[elements()]; // (outputs, pixels, stored inputs)
        for (int i = 0; i < values.length; i++) {
            stored[index(i)] = values[i];
        }
        return stored;
    }

    float[] logical(float[] stored) {
        float[] values = new float[outputs * inputs * pixels]; // (outputs, inputs, pixels)
        for (int i = 0; i < values.length; i++) {
            values[i] = stored[index(i)];
        }
        return values;
    }

    /** Where the element i of what operations see is stored. */
    private int index(int i) {
        int pixel = i % pixels;
        int input = i / pixels % inputs;
        int output = i / pixels / inputs;
        return (output * pixels + pixel) * storedInputs + input;
    }
}
