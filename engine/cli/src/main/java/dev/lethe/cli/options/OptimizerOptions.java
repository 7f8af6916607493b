package dev.lethe.cli.options;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.DecayExemption;
import dev.lethe.train.Lookahead;
import dev.lethe.train.UpdateOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for the optimizer and the treatment of gradients, of commands that train. */
final class OptimizerOptions {
    private static final float ADAMW_RATE = 1e-3f;

    /** Optimizers that can be chosen. */
    enum Kind {
        SGD, ADAMW
    }

    @Option(names = "--optimizer", defaultValue = "sgd", paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Kind kind;

    @Option(names = "--momentum", paramLabel = "M",
            description = "Momentum of sgd. Default: 0.5; 0.9 and Nesterov's for cifar.")
    private Optional<Float> momentum;

    @Option(names = "--betas", paramLabel = "B1,B2", split = ",", arity = "1",
            description = "Shares of the means of gradients and of their squares that adamw keeps in a step. "
                    + "Default: 0.9,0.999.")
    private List<Double> betas;

    @Option(names = "--epsilon", paramLabel = "E",
            description = "Term that keeps adamw from dividing by 0. Default: 1e-8.")
    private Optional<Double> epsilon;

    @Option(names = "--weight-decay", paramLabel = "L2",
            description = "Weight decay in a step. Default: 0; 0.0005 for cifar; 0.01 for adamw, whatever the recipe.")
    private Optional<Float> weightDecay;

    @Option(names = "--clip-norm", defaultValue = "0", paramLabel = "NORM",
            description = "Scale all gradients together down to this norm where theirs is larger; 0 for no limit. "
                    + "Default: ${DEFAULT-VALUE}.")
    private float clipNorm;

    @Option(names = "--no-decay", defaultValue = "none", paramLabel = "WHAT",
            description = "Parameters without weight decay: none, norm (scales and shifts of normalisations), bias, or "
                    + "norm,bias. Default: ${DEFAULT-VALUE}.")
    private String decayExemptions;

    @Option(names = "--ema", defaultValue = "0", paramLabel = "DECAY",
            description = "Test with moving averages of weights and running statistics, of which this share stays in "
                    + "every step, as in 0.999; 0 for none. Default: ${DEFAULT-VALUE}.")
    private double averageDecay;

    @Option(names = "--lookahead", paramLabel = "EVERY[:KEPT[:POWER]]",
            description = "Lookahead: every EVERY steps slow weights keep a share KEPT of themselves and take the rest "
                    + "from the optimizer's weights, which continue from them; the share grows with the time to the "
                    + "power of POWER. Steps after the last such update are dropped. Default: none; "
                    + "5:0.7737809375:3 for airbench.")
    private Optional<String> lookahead;

    @Option(names = "--accumulate", defaultValue = "1", paramLabel = "K",
            description = "Compute a batch in K parts, one after the other, with a K-th of the memory for "
                    + "activations; normalisations see one part at a time. Default: ${DEFAULT-VALUE}.")
    private int parts;

    /**
     * Reads the options for clipping, decay, averaging, Lookahead and accumulation.
     *
     * @throws IllegalArgumentException when an option has a bad value
     */
    UpdateOptions update(UpdateOptions ofRecipe) {
        UpdateOptions options = UpdateOptions.NONE.withClipNorm(clipNorm)
                .withDecayExemptions(DecayExemption.parse(decayExemptions)).withAverageDecay(averageDecay)
                .withParts(parts);
        return lookahead.map(Lookahead::parse).orElse(ofRecipe.lookahead()).map(options::withLookahead)
                .orElse(options);
    }

    /** Returns the base learning rate where none is given. */
    float learningRate(float ofRecipe) {
        return kind == Kind.ADAMW ? ADAMW_RATE : ofRecipe;
    }

    /**
     * Reads the options of the optimizer.
     *
     * @throws IllegalArgumentException when an option has a bad value or is another optimizer's
     */
    Optimizer optimizer(Optimizer ofRecipe) {
        return switch (kind) {
            case SGD -> {
                requireAbsent("--betas", betas != null);
                requireAbsent("--epsilon", epsilon.isPresent());
                yield sgd((Optimizer.Sgd) ofRecipe);
            }
            case ADAMW -> {
                requireAbsent("--momentum", momentum.isPresent());
                Optimizer.AdamW standard = Optimizer.AdamW.standard();
                List<Double> both = betas == null ? List.of(standard.beta1(), standard.beta2()) : betas;
                if (both.size() != 2) {
                    throw new IllegalArgumentException("--betas has " + both.size() + " numbers: two are needed, as in "
                            + "0.9,0.999");
                }
                yield new Optimizer.AdamW(both.getFirst(), both.getLast(), epsilon.orElse(standard.epsilon()),
                        weightDecay.orElse(standard.weightDecay()));
            }
        };
    }

    private Optimizer.Sgd sgd(Optimizer.Sgd ofRecipe) {
        float chosen = momentum.orElse(ofRecipe.momentum());
        return new Optimizer.Sgd(chosen, ofRecipe.nesterov() && chosen > 0,
                weightDecay.orElse(ofRecipe.weightDecay()));
    }

    private void requireAbsent(String option, boolean present) {
        if (present) {
            throw new IllegalArgumentException(option + " is no option of " + kind.name().toLowerCase(Locale.ROOT)
                    + ": leave it out, or choose another --optimizer");
        }
    }
}
