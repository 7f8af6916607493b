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
    /** The plan of that name; IllegalArgumentException names the plans there are. */
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

    /** Makes a result zero that plans add to. Where plans do not write the bound memory itself, that is as it was. */
    void clear(Tensor result);

    /**
     * A parameter, gradient or state in its logical layout, whatever the backend's own. Also an activation that no
     * operation of its plan reads, after that plan has run.
     */
    float[] read(Tensor tensor);

    /**
     * Replaces a parameter, gradient or state, given in its logical layout. Also an activation that no operation of its
     * plan writes, before that plan runs.
     */
    void write(Tensor tensor, float[] values);

    MemoryUse memory();

    /** Whose kernels were chosen for the bulk of the work, in a few words: for a run's provenance. */
    String kernels();

    /**
     * What is not computed by the direct algorithm: algorithms by what the backend calls the convolutions. A program
     * with these as its {@link ConvolutionChoice.Recorded} choice computes the same bits.
     */
    Map<String, ConvolutionAlgorithm> convolutions();

    /** Closes the program, after a plan that runs has ended. A second call does nothing. */
    @Override
    void close();
}
