package dev.lethe.run;

import dev.lethe.kernels.op.BatchNormSpec;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.op.PoolSpec;
import dev.lethe.model.Initial;
import dev.lethe.model.Layer;
import dev.lethe.model.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Layers of a network in {@code config.json}: a list of objects, each with a {@code layer} that tells its kind and the
 * components of that kind's record. They are a part of the keys of finished runs, and never change.
 */
final class NetworkFields {
    private static final String KIND = "layer";
    private static final String CONVOLUTION = "convolution";
    private static final String BATCH_NORM = "batch-norm";
    private static final String RESIDUAL = "residual";
    private static final String MAX_POOL = "max-pool";
    private static final String AVERAGE_POOL = "average-pool";
    private static final String GLOBAL_AVERAGE_POOL = "global-average-pool";
    private static final String RELU = "relu";
    private static final String GELU = "gelu";
    private static final String DROPOUT = "dropout";
    private static final String SCALE = "scale";
    private static final String LINEAR = "linear";

    private NetworkFields() {}

    static List<Map<String, Object>> of(Network network) {
        return of(network.layers());
    }

    private static List<Map<String, Object>> of(List<Layer> layers) {
        return layers.stream().map(NetworkFields::of).toList();
    }

    private static Map<String, Object> of(Layer layer) {
        Map<String, Object> map = new LinkedHashMap<>();
        switch (layer) {
            case Layer.Convolution convolution -> {
                map.put(KIND, CONVOLUTION);
                map.put("name", convolution.name());
                map.put("outputs", convolution.outputs());
                map.put("kernel", convolution.kernel());
                map.put("stride", convolution.stride());
                map.put("padding", convolution.padding());
                map.put("dilation", convolution.dilation());
                map.put("groups", convolution.groups());
                map.put("bias", convolution.bias());
                map.put("initial", text(convolution.initial()));
                map.put("trained", convolution.weightsTrained());
            }
            case Layer.BatchNorm norm -> {
                map.put(KIND, BATCH_NORM);
                map.put("name", norm.name());
                map.put("epsilon", norm.spec().epsilon());
                map.put("momentum", norm.spec().momentum());
                map.put("statistics", text(norm.spec().statistics()));
                map.put("scale_trained", norm.scaleTrained());
                map.put("rate_factor", norm.group().rateFactor());
                map.put("decay_factor", norm.group().decayFactor());
            }
            case Layer.Residual residual -> {
                map.put(KIND, RESIDUAL);
                map.put("main", of(residual.main()));
                map.put("shortcut", of(residual.shortcut()));
            }
            case Layer.MaxPool pool -> putPool(map, MAX_POOL, pool.spec());
            case Layer.AveragePool pool -> putPool(map, AVERAGE_POOL, pool.spec());
            case Layer.GlobalAveragePool _ -> map.put(KIND, GLOBAL_AVERAGE_POOL);
            case Layer.Relu _ -> map.put(KIND, RELU);
            case Layer.Gelu _ -> map.put(KIND, GELU);
            case Layer.Dropout dropout -> {
                map.put(KIND, DROPOUT);
                map.put("probability", dropout.probability());
            }
            case Layer.Scale scale -> {
                map.put(KIND, SCALE);
                map.put("factor", scale.factor());
            }
            case Layer.Linear linear -> {
                map.put(KIND, LINEAR);
                map.put("name", linear.name());
                map.put("outputs", linear.outputs());
                map.put("bias", linear.bias());
            }
        }
        return map;
    }

    private static void putPool(Map<String, Object> map, String kind, PoolSpec spec) {
        map.put(KIND, kind);
        map.put("window", spec.window());
        map.put("stride", spec.stride());
        map.put("padding", spec.padding());
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E constant(Class<E> type, ConfigFile fields, String key) {
        for (E constant : type.getEnumConstants()) {
            if (text(constant).equals(fields.text(key))) {
                return constant;
            }
        }
        throw fields.unusable(key, "one of the known words");
    }

    /**
     * Reads the layers that {@link #of(Network)} gives.
     *
     * @throws RunException when they were altered
     */
    static Network read(String name, ConfigFile config) {
        try {
            return new Network(name, layers(config, NetworkSource.LAYERS));
        } catch (IllegalArgumentException e) {
            throw new RunException("config.json has layers that make no network: " + e.getMessage(), e);
        }
    }

    private static List<Layer> layers(ConfigFile config, String key) {
        return config.objects(key).stream().map(NetworkFields::layer).toList();
    }

    private static Layer layer(ConfigFile fields) {
        return switch (fields.text(KIND)) {
            case CONVOLUTION -> new Layer.Convolution(fields.text("name"), integer(fields, "outputs"),
                    integer(fields, "kernel"), integer(fields, "stride"), integer(fields, "padding"),
                    integer(fields, "dilation"), integer(fields, "groups"), fields.flag("bias"),
                    constant(Initial.class, fields, "initial"), fields.flag("trained"));
            case BATCH_NORM -> new Layer.BatchNorm(fields.text("name"),
                    new BatchNormSpec(fields.number("epsilon").doubleValue(), fields.number("momentum").doubleValue(),
                            constant(BatchNormSpec.Statistics.class, fields, "statistics")),
                    fields.flag("scale_trained"), new ParameterGroup(fields.number("rate_factor").floatValue(),
                            fields.number("decay_factor").floatValue()));
            case RESIDUAL -> new Layer.Residual(layers(fields, "main"), layers(fields, "shortcut"));
            case MAX_POOL -> new Layer.MaxPool(pool(fields));
            case AVERAGE_POOL -> new Layer.AveragePool(pool(fields));
            case GLOBAL_AVERAGE_POOL -> new Layer.GlobalAveragePool();
            case RELU -> new Layer.Relu();
            case GELU -> new Layer.Gelu();
            case DROPOUT -> new Layer.Dropout(fields.number("probability").floatValue());
            case SCALE -> new Layer.Scale(fields.number("factor").floatValue());
            case LINEAR -> new Layer.Linear(fields.text("name"), integer(fields, "outputs"), fields.flag("bias"));
            default -> throw fields.unusable(KIND, "a kind of layer");
        };
    }

    private static PoolSpec pool(ConfigFile fields) {
        return new PoolSpec(integer(fields, "window"), integer(fields, "stride"), integer(fields, "padding"));
    }

    private static int integer(ConfigFile fields, String key) {
        return fields.number(key).intValue();
    }
}
