package dev.lethe.train;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendInfo;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.ProgramSpec;
import dev.lethe.kernels.op.ConvolutionAlgorithm;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.DType;
import dev.lethe.kernels.tensor.Tensor;
import dev.lethe.kernels.tensor.Tensor.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * Reference backend with the memory of a device: plans see data as of their binding or last upload, the caller sees
 * results as of the last download, and memory before that is all ones: NaN, -1.
 */
final class SeparateMemoryBackend implements Backend {
    private static final byte UNDEFINED = -1;

    private final ReferenceBackend reference = new ReferenceBackend();
    private int downloads;

    @Override
    public BackendInfo info() {
        BackendInfo info = reference.info();
        return new BackendInfo("separate-memory", info.device(), info.instructionSet(), info.version(), info.threads(),
                info.activationTypes(), false);
    }

    /** Returns the number of tensors downloaded so far: each would have waited for a device. */
    int downloads() {
        return downloads;
    }

    @Override
    public DType fastestActivations(ProgramSpec floats) {
        return reference.fastestActivations(floats);
    }

    @Override
    public Program compile(ProgramSpec spec) {
        return new SeparateMemoryProgram(reference.compile(spec));
    }

    @Override
    public void close() {
        reference.close();
    }

    /** Memory that is bound on the host, and the device's copy of it. */
    private record Binding(MemorySegment host, MemorySegment device) {}

    private final class SeparateMemoryProgram implements Program {
        private final Program program;
        private final Arena arena = Arena.ofShared();
        private final Map<Tensor, Binding> bindings = new HashMap<>();

        SeparateMemoryProgram(Program program) {
            this.program = program;
        }

        @Override
        public Plan plan(String name) {
            return program.plan(name);
        }

        @Override
        public void bind(Tensor tensor, MemorySegment memory) {
            tensor.requireBindable(memory);
            Binding binding = new Binding(memory, arena.allocate(tensor.bytes(), tensor.dtype().bytes()));
            program.bind(tensor, binding.device());
            bindings.put(tensor, binding);
            if (tensor.role() == Role.DATA) {
                upload(tensor);
            } else {
                memory.asSlice(0, tensor.bytes()).fill(UNDEFINED);
                binding.device().fill(UNDEFINED);
            }
        }

        private Binding binding(Tensor tensor, Role role) {
            Binding binding = bindings.get(tensor);
            if (binding == null || tensor.role() != role) {
                throw new IllegalArgumentException("not bound, or not " + role + ": " + tensor);
            }
            return binding;
        }

        @Override
        public void upload(Tensor data) {
            Binding binding = binding(data, Role.DATA);
            MemorySegment.copy(binding.host(), 0, binding.device(), 0, data.bytes());
        }

        @Override
        public void download(Tensor result) {
            Binding binding = binding(result, Role.RESULT);
            MemorySegment.copy(binding.device(), 0, binding.host(), 0, result.bytes());
            downloads++;
        }

        @Override
        public void clear(Tensor result) {
            binding(result, Role.RESULT).device().asSlice(0, result.bytes()).fill((byte) 0);
        }

        @Override
        public float[] read(Tensor tensor) {
            return program.read(tensor);
        }

        @Override
        public void write(Tensor tensor, float[] values) {
            program.write(tensor, values);
        }

        @Override
        public MemoryUse memory() {
            return program.memory();
        }

        @Override
        public String kernels() {
            return program.kernels();
        }

        @Override
        public Map<String, ConvolutionAlgorithm> convolutions() {
            return program.convolutions();
        }

        @Override
        public void close() {
            program.close();
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }
}
