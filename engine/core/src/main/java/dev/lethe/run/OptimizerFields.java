package dev.lethe.run;

import dev.lethe.kernels.op.Optimizer;
import dev.lethe.model.DecayExemption;
import dev.lethe.train.Lookahead;
import dev.lethe.train.UpdateOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of {@code config.json} for an optimizer and the other uses of gradients. */
final class OptimizerFields {
    private static final String KIND = "optimizer";
    private static final String SGD = "sgd";
    private static final String ADAMW = "adamw";
    private static final String LOOKAHEAD = "lookahead"; // absent where there is none

    private OptimizerFields() {}

    static Map<String, Object> of(Optimizer optimizer) {
        Map<String, Object> map = new LinkedHashMap<>();
        switch (optimizer) {
            case Optimizer.Sgd sgd -> {
                map.put(KIND, SGD);
                map.put("momentum", sgd.momentum());
                map.put("nesterov", sgd.nesterov());
            }
            case Optimizer.AdamW adamW -> {
                map.put(KIND, ADAMW);
                map.put("beta1", adamW.beta1());
                map.put("beta2", adamW.beta2());
                map.put("epsilon", adamW.epsilon());
            }
        }
        map.put("weight_decay", optimizer.weightDecay());
        return map;
    }

    static Map<String, Object> of(UpdateOptions options) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("clip_norm", options.clipNorm());
        map.put("no_decay", DecayExemption.text(options.decayExemptions()));
        map.put("ema", options.averageDecay());
        options.lookahead().ifPresent(lookahead -> map.put(LOOKAHEAD, lookahead.toString()));
        map.put("accumulate", options.parts());
        return map;
    }

    static UpdateOptions readUpdate(ConfigFile config) {
        UpdateOptions options = UpdateOptions.NONE.withClipNorm(config.number("clip_norm").floatValue())
                .withDecayExemptions(DecayExemption.parse(config.text("no_decay")))
                .withAverageDecay(config.number("ema").doubleValue())
                .withParts(config.number("accumulate").intValue());
        return config.has(LOOKAHEAD)
                ? Lookahead.parse(config.text(LOOKAHEAD)).map(options::withLookahead).orElse(options)
                : options;
    }

    /** Reads the fields that {@link #of(Optimizer)} gives. */
    static Optimizer read(ConfigFile config) {
        float weightDecay = config.number("weight_decay").floatValue();
        String kind = config.text(KIND);
        return switch (kind) {
            case SGD -> new Optimizer.Sgd(config.number("momentum").floatValue(), config.flag("nesterov"),
                    weightDecay);
            case ADAMW -> new Optimizer.AdamW(config.number("beta1").doubleValue(),
                    config.number("beta2").doubleValue(), config.number("epsilon").doubleValue(), weightDecay);
            default -> throw config.unusable(KIND, "sgd or adamw");
        };
    }
}
