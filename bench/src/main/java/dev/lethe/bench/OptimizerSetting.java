package dev.lethe.bench;

/**
 * SGD as PyTorch does it: {@code g += weightDecay w; v = momentum v + g; w -= learningRate u}, where u is v, or
 * {@code g + momentum v} with Nesterov's correction. There is no dampening.
 *
 * @param learningRate   of all parameters but the biases of batch norms
 * @param momentum       0 for none
 * @param nesterov       whether Nesterov's correction is made
 * @param weightDecay    of all parameters, 0 for none
 * @param normBiasScaler the biases of batch norms learn this many times as fast; their weight decay is divided by it,
 *                       so that a step decays every parameter alike
 */
public record OptimizerSetting(float learningRate, float momentum, boolean nesterov, float weightDecay,
        float normBiasScaler) {
    public OptimizerSetting {
        if (!(learningRate > 0) || !(momentum >= 0 && momentum < 1) || !(weightDecay >= 0) || !(normBiasScaler > 0)) {
            throw new IllegalArgumentException("learningRate=" + learningRate + ", momentum=" + momentum
                    + ", weightDecay=" + weightDecay + ", normBiasScaler=" + normBiasScaler
                    + ": rates must be above 0, momentum from 0 to below 1, weight decay at least 0");
        }
    }
}
