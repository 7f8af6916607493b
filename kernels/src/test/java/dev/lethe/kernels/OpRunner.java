package dev.lethe.kernels;

import dev.lethe.kernels.op.ConvolutionChoice;
import dev.lethe.kernels.op.Op;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A runner of a few operations on any backend, with the same inputs on each. */
public final class OpRunner {
    private final PlanSpec plan;
    private final Map<Tensor, float[]> inputs = new LinkedHashMap<>();
    private final Map<Tensor, MemorySegment> bound = new LinkedHashMap<>();
    private final Set<Tensor> intermediate = new HashSet<>();
    private ConvolutionChoice convolutions = ConvolutionChoice.DIRECT;
    private boolean afterAnotherRun;

    /** Takes operations on a batch. */
    public OpRunner(int batch, Op... ops) {
        plan = new PlanSpec("ops", batch, List.of(ops));
    }

    /** Gives every input that has none standard normal values. */
    public OpRunner randomInputs(long seed) {
        Random random = new Random(seed);
        List<Tensor> written = plan.ops().stream().flatMap(op -> op.writes().stream()).toList();
        for (Tensor tensor : plan.tensors()) {
            boolean given = inputs.containsKey(tensor) || tensor.role() == Role.DATA || tensor.role() == Role.RESULT;
            boolean made = written.contains(tensor) && tensor.role() != Role.PARAMETER && tensor.role() != Role.STATE;
            if (!given && !made) {
                input(tensor, normal(tensor, random));
            }
        }
        return this;
    }

    private static float[] normal(Tensor tensor, Random random) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Gives an input its values. */
    public OpRunner input(Tensor tensor, float[] values) {
        inputs.put(tensor, values);
        return this;
    }

    /** Returns the tensors of the operations. */
    public Set<Tensor> tensors() {
        return plan.tensors();
    }

    /** Returns the inputs and their values. */
    public Map<Tensor, float[]> inputs() {
        return Collections.unmodifiableMap(inputs);
    }

    OpRunner convolutions(ConvolutionChoice choice) {
        convolutions = choice;
        return this;
    }

    /** Leaves a tensor out of the results: later operations read it, and then others may take its memory. */
    OpRunner intermediate(Tensor tensor) {
        intermediate.add(tensor);
        return this;
    }

    /** Runs the operations on other inputs first, of which nothing may be left in the results. */
    OpRunner afterAnotherRun() {
        afterAnotherRun = true;
        return this;
    }

    /** Binds memory to data. */
    public OpRunner bind(Tensor tensor, MemorySegment memory) {
        bound.put(tensor, memory);
        return this;
    }

    /** Binds integers to data. */
    public OpRunner bindInts(Tensor tensor, int... values) {
        return bind(tensor, MemorySegment.ofArray(values));
    }

    /** Runs the operations at a position and returns what they wrote. */
    public Map<Tensor, float[]> on(Backend backend, int position) {
        try (Arena arena = Arena.ofShared();
                Program program = backend.compile(new ProgramSpec(List.of(plan), convolutions))) {
            Map<Tensor, MemorySegment> results = new LinkedHashMap<>();
            for (Tensor tensor : plan.tensors()) {
                if (tensor.role() == Role.RESULT) {
                    results.put(tensor, arena.allocate(tensor.bytes(), 64));
                    program.bind(tensor, results.get(tensor));
                }
            }
            bound.forEach(program::bind);
            if (afterAnotherRun) {
                inputs.forEach((tensor, values) -> program.write(tensor, twice(values)));
                program.plan("ops").run(position, 0);
            }
            inputs.forEach(program::write);
            program.plan("ops").run(position, 0);
            results.keySet().forEach(program::download);
            Map<Tensor, float[]> outputs = new LinkedHashMap<>();
            for (Op op : plan.ops()) {
                for (Tensor tensor : op.writes()) {
                    outputs.put(tensor, tensor.role() == Role.RESULT
                            ? column(tensor, results.get(tensor))
                            : program.read(tensor));
                }
            }
            outputs.keySet().removeAll(intermediate);
            return outputs;
        }
    }

    private static float[] twice(float[] values) {
        float[] doubled = values.clone();
        for (int i = 0; i < doubled.length; i++) {
            doubled[i] *= 2;
        }
        return doubled;
    }

    private static float[] column(Tensor tensor, MemorySegment memory) {
        if (tensor.dtype() == DType.F32) {
            return memory.toArray(ValueLayout.JAVA_FLOAT);
        }
        int[] ints = memory.toArray(ValueLayout.JAVA_INT);
        float[] values = new float[ints.length];
        for (int i = 0; i < ints.length; i++) {
            values[i] = ints[i];
        }
        return values;
    }
}
