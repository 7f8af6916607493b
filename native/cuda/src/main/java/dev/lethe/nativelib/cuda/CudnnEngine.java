package dev.lethe.nativelib.cuda;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.global.cudnn;

/**
 * An engine of cuDNN with its settings. Plans of equal engines run the same kernel, also for batches of different size.
 *
 * @param number cuDNN's number of the engine
 * @param knobs value of each setting by its type
 */
record CudnnEngine(long number, Map<Integer, Long> knobs) {
    CudnnEngine {
        knobs = Map.copyOf(knobs);
    }

    /** Returns the engine of a configuration. */
    static CudnnEngine of(CudnnDescriptor configuration) {
        Map<Integer, Long> knobs = new HashMap<>();
        for (CudnnDescriptor choice : configuration.descriptors(cudnn.CUDNN_ATTR_ENGINECFG_KNOB_CHOICES,
                cudnn.CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, cudnn.CUDNN_KNOB_TYPE_COUNTS)) {
            try (choice) {
                knobs.put(choice.choices(cudnn.CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, cudnn.CUDNN_TYPE_KNOB_TYPE, 1)
                        .getFirst(), choice.longOf(cudnn.CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE));
            }
        }
        try (CudnnDescriptor engine = new CudnnDescriptor(cudnn.CUDNN_BACKEND_ENGINE_DESCRIPTOR)) {
            configuration.get(cudnn.CUDNN_ATTR_ENGINECFG_ENGINE, engine);
            return new CudnnEngine(engine.longOf(cudnn.CUDNN_ATTR_ENGINE_GLOBAL_INDEX), knobs);
        }
    }
}
