package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.kernels.Backend;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.PlanSpec;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.Optimizer;
import dev.lethe.kernels.op.OptimizerOp;
import dev.lethe.kernels.op.ParameterGroup;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Optimizers in float32 compared with PyTorch's in float64, see {@code src/test/fixtures/optimizers.py}. */
class OptimizerFixtureTest {
    private static final double TOLERANCE = 4e-6;

    private static JsonNode fixture() throws IOException {
        try (InputStream stream = OptimizerFixtureTest.class.getResourceAsStream("optimizers.json")) {
            return new ObjectMapper().readTree(stream);
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).floatValue();
        }
        return values;
    }

    private static Optimizer optimizer(JsonNode json) {
        float decay = json.get("weight_decay").floatValue();
        return json.get("optimizer").textValue().equals("adamw")
                ? new Optimizer.AdamW(json.get("beta1").doubleValue(), json.get("beta2").doubleValue(),
                        json.get("epsilon").doubleValue(), decay)
                : new Optimizer.Sgd(json.get("momentum").floatValue(), json.get("nesterov").booleanValue(), decay);
    }

    private static List<OptimizerOp.Slot> slots(JsonNode fixture) {
        List<OptimizerOp.Slot> slots = new ArrayList<>();
        for (int i = 0; i < fixture.get("shapes").size(); i++) {
            JsonNode dims = fixture.get("shapes").get(i);
            Shape shape = Shape.of(IntStream.range(0, dims.size()).map(d -> dims.get(d).intValue()).toArray());
            JsonNode factors = fixture.get("factors").get(i);
            slots.add(new OptimizerOp.Slot(new Tensor("p" + i, Role.PARAMETER, DType.F32, shape),
                    new Tensor("g" + i, Role.GRADIENT, DType.F32, shape),
                    new ParameterGroup(factors.get("rate").floatValue(), factors.get("decay").floatValue())));
        }
        return slots;
    }

    /** The rates come in two tables, of four steps and of two, like those of two epochs. */
    @ParameterizedTest
    @CsvSource({"reference,1", "onednn,1", "onednn,3", "vector,2"})
    void shouldChangeParametersAsPyTorchDoes(String backendName, int threads) throws IOException {
        JsonNode fixture = fixture();
        List<OptimizerOp.Slot> slots = slots(fixture);
        float[] rates = floats(fixture.get("rates"));
        Tensor table = new Tensor("rates", Role.DATA, DType.F32, Shape.of(4));
        Tensor before = new Tensor("before", Role.DATA, DType.S32, Shape.of(1));
        for (JsonNode expected : fixture.get("cases")) {
            PlanSpec plan = new PlanSpec("update", 1, List.of(
                    new OptimizerOp.Update(optimizer(expected), expected.get("clip_norm").floatValue(), slots, table,
                            Optional.of(before))));
            try (Backend backend = Backends.open(backendName, threads);
                    Program program = backend.compile(new ProgramSpec(List.of(plan)))) {
                writeInitial(program, slots);
                for (int step = 0; step < rates.length; step++) {
                    int first = step < 4 ? 0 : 4;
                    program.bind(table, MemorySegment.ofArray(Arrays.copyOfRange(rates, first, first + 4)));
                    program.bind(before, MemorySegment.ofArray(new int[]{first}));
                    for (int i = 0; i < slots.size(); i++) {
                        program.write(slots.get(i).gradient(), floats(fixture.get("gradients").get(step).get(i)));
                    }
                    program.plan("update").run(0, step - first);
                    assertParameters(expected, step, slots, program);
                }
            }
        }
    }

    private static void writeInitial(Program program, List<OptimizerOp.Slot> slots) {
        int next = 0;
        for (OptimizerOp.Slot slot : slots) {
            float[] values = new float[(int) slot.parameter().shape().elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.cos(next++);
            }
            program.write(slot.parameter(), values);
        }
    }

    private static void assertParameters(JsonNode expected, int step, List<OptimizerOp.Slot> slots,
            Program program) {
        for (int i = 0; i < slots.size(); i++) {
            float[] actual = program.read(slots.get(i).parameter());
            JsonNode values = expected.get("parameters").get(step).get(i);
            assertEquals(values.size(), actual.length);
            for (int k = 0; k < actual.length; k++) {
                double value = values.get(k).doubleValue();
                assertEquals(value, actual[k], TOLERANCE * Math.max(1, Math.abs(value)),
                        expected.get("name").textValue() + ", step " + step + ", parameter " + i + ", element " + k);
            }
        }
    }
}
