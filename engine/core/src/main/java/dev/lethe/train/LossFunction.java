package dev.lethe.train;

/**
 * Loss of one's own on logits, with its gradient. It takes the place of softmax cross-entropy in training: the losses
 * are those that the tracker records and metrics tell. Margin, EL2N, probability and correctness stay those of the
 * logits, and tests are judged by cross-entropy.
 * <p>
 * It is called by the thread that trains, for each batch between its forward and its backward pass, for each part of a
 * batch in parts ({@link UpdateOptions#withParts}). The trainer divides the gradients by the number of presentations of
 * the whole batch, and multiplies each row by the weight of its presentation ({@link EpochSample#withWeights}). Until
 * it returns, the trainer can be read, and refuses to step, to evaluate and to replace weights. A gradient that is not
 * finite where the loss is breaks the epoch off with an IllegalStateException that names the example and the class.
 *
 * {@snippet file="dev/lethe/train/SnippetsTest.java" region="loss"}
 */
@FunctionalInterface
public interface LossFunction {
    /**
     * Computes the loss of each example, and the derivative of their sum with respect to each logit: where the loss of
     * an example depends on its own logits alone, the derivative of its own loss. No mean is taken.
     *
     * @param batch logits, labels and ids, and the arrays that receive losses and gradients
     */
    void compute(LogitBatch batch);

    /** Loss of a single example, which depends on nothing but its own logits. */
    @FunctionalInterface
    interface OfExample {
        /**
         * Computes a loss and its gradient.
         *
         * @param logits logits of the example: (classes)
         * @param label given class
         * @param id id of the example in the training set
         * @param gradient receives the derivative of the loss with respect to each logit: (classes), zeros at first
         * @return the loss
         */
        double compute(float[] logits, int label, int id, float[] gradient);
    }

    /** Returns the loss of a batch in which each example has this one. */
    static LossFunction of(OfExample loss) {
        return batch -> {
            for (int n = 0; n < batch.examples(); n++) {
                float[] gradient = new float[batch.classes()];
                batch.losses()[n] = loss.compute(batch.logitsOf(n), batch.labels()[n], batch.ids()[n], gradient);
                System.arraycopy(gradient, 0, batch.gradients(), n * gradient.length, gradient.length);
            }
        };
    }

    /**
     * Returns a loss that is this one and whose gradient is compared, in every batch and for every logit, with central
     * differences of the losses: for a test of a new loss, as it computes each batch {@code 2 * examples * classes}
     * times more. A wrong gradient is refused with an IllegalStateException that names the example and the class. Where
     * the loss has a kink, any slope between those of its sides is right.
     */
    default LossFunction checked() {
        return new CheckedLoss(this);
    }
}
