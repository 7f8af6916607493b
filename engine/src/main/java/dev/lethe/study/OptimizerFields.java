package dev.lethe.study;

import dev.lethe.kernels.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;

/** An optimizer as fields of {@code config.json}. */
final class OptimizerFields {
    private static final String KIND = "optimizer";
    private static final String SGD = "sgd";
    private static final String ADAMW = "adamw";

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

    /** Reads what {@link #of} gives. */
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
