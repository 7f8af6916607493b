package dev.lethe.kernels;

/**
 * Stochastic gradient descent as PyTorch defines it, with dampening 0:
 * {@code g += weightDecay * p; v = momentum * v + g; p -= rate * (nesterov ? g + momentum * v : v)}.
 *
 * @param momentum in [0, 1)
 * @param nesterov whether to look ahead along the momentum
 * @param weightDecay L2 coefficient, at least 0
 */
public record SgdSpec(float momentum, boolean nesterov, float weightDecay) {
    public SgdSpec {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("SGD momentum=" + momentum + ": it lies in [0, 1)");
        }
        if (!(weightDecay >= 0)) {
            throw new IllegalArgumentException("SGD weightDecay=" + weightDecay + ": it cannot be negative");
        }
        if (nesterov && momentum == 0) {
            throw new IllegalArgumentException("SGD with nesterov needs a momentum above 0");
        }
    }

    /** The same without weight decay. */
    public SgdSpec undecayed() {
        return new SgdSpec(momentum, nesterov, 0);
    }
}
