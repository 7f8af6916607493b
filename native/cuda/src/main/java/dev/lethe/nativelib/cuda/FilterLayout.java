package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.tensor.Shape;

/**
 * The layout of a parameter in the memory of the device: (outputs, pixels, stored inputs), for operations (outputs,
 * inputs, pixels). Stored inputs beyond the inputs are zero.
 *
 * @param outputs number of rows
 * @param inputs number of channels of a pixel
 * @param pixels number of pixels of a filter
 * @param storedInputs number of stored channels of a pixel, at least the inputs
 */
record FilterLayout(int outputs, int inputs, int pixels, int storedInputs) {
    /** Returns the layout that operations see. */
    static FilterLayout plain(Shape shape) {
        return new FilterLayout(1, 1, Math.toIntExact(shape.elements()), 1);
    }

    /** Returns the layout of the weights of a convolution, (O, I / groups, K, K). */
    static FilterLayout convolution(Shape weights, int storedInputs) {
        return new FilterLayout(weights.dim(0), weights.dim(1), weights.dim(2) * weights.dim(3), storedInputs);
    }

    /** Returns the layout of the weights of a linear layer with an input. */
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

    /** Returns the stored index of element i in the order of operations. */
    private int index(int i) {
        int pixel = i % pixels;
        int input = i / pixels % inputs;
        int output = i / pixels / inputs;
        return (output * pixels + pixel) * storedInputs + input;
    }
}
