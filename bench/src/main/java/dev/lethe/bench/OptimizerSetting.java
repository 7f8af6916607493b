package dev.lethe.bench;

/**
 * The settings of SGD in PyTorch's definition: {@code g += weightDecay w; v = momentum v + g; w -= learningRate u},
 * where u is v, or {@code g + momentum v} with Nesterov's correction. There is no dampening.
 *
 * @param learningRate learning rate of all parameters except the biases of batch norms
 * @param momentum share of the last direction that is kept, 0 for none
 * @param nesterov       whether Nesterov's correction is made
 * @param weightDecay weight decay of all parameters, 0 for none
 * @param normBiasScaler factor of the learning rate of batch norms' biases, and divisor of their weight decay, so that
 *        a step decays every parameter alike
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
