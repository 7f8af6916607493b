package dev.lethe.bench;

/** What is read and recorded of Lethe's training steps. */
interface StepRecord extends AutoCloseable {
    /**
     * A step was made on presentations [position, position + batch).
     *
     * @return its mean loss, or that of an earlier one where steps wait for nothing
     */
    float stepDone(int position);

    @Override
    void close();
}
