package dev.lethe.train;

/** Exception for a loss that became NaN or infinite, at which the run stopped. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonFiniteLossException(int epoch, int step, double loss, float learningRate, float baseRate) {
        super("the loss became " + loss + " at step " + step + " of epoch " + epoch + " with learning rate "
                + learningRate + ": epochs committed before it are kept; try a base learning rate of "
                + baseRate / 10 + " or less");
    }
}
