package dev.lethe.kernels;

import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A compiled {@link ProgramSpec}: its memory and its plans. Everything is allocated when it is made and released by
 * {@link #close}. Calls of several threads take turns. Use after close throws IllegalStateException.
 */
public interface Program extends AutoCloseable {
    /**
     * Returns the plan of a name.
     *
     * @throws IllegalArgumentException naming the plans of the program, if it has none of that name
     */
    Plan plan(String name);

    /**
     * Gives a {@code DATA} or {@code RESULT} tensor its memory on the host, which must outlive the program. Backends
     * that compute on the host use it in place. After the caller changes bound data it calls {@link #upload}; before
     * it reads bound results it calls {@link #download}.
     *
     * @param memory at least as large as the tensor, in native byte order, aligned to the element
     */
    void bind(Tensor tensor, MemorySegment memory);

    /** Makes changed data visible to plans. */
    void upload(Tensor data);

    /** Makes results of the plans visible in the bound memory. */
    void download(Tensor result);

    /**
     * Sets to zero a result that plans add to. If plans write memory of their own, the bound memory keeps its values.
     */
    void clear(Tensor result);

    /**
     * Returns the values of a parameter, gradient or state in its logical layout, whatever layout the backend uses; or
     * of an activation that no operation of its plan reads, after that plan has run.
     */
    float[] read(Tensor tensor);

    /**
     * Replaces the values of a parameter, gradient or state, given in its logical layout; or of an activation that no
     * operation of its plan writes, before that plan runs.
     */
    void write(Tensor tensor, float[] values);

    /** Returns the bytes that the program holds, without the data bound to it. */
    MemoryUse memory();

    /** Returns the origin of the kernels that do most of the work, in a few words, for a run's provenance. */
    String kernels();

    /**
     * Returns the algorithms of the convolutions that are not computed directly, by the backend's names for these
     * convolutions. A program with these as its {@link ConvolutionChoice.Recorded} choice computes the same bits.
     */
    Map<String, ConvolutionAlgorithm> convolutions();

    /** Closes the program, after a plan that runs has ended. A second call does nothing. */
    @Override
    void close();
}
