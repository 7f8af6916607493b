package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;

/** A compiler of CUDA sources to machine code, by NVRTC. It needs no GPU. */
@SuppressWarnings("restricted")
final class KernelCompiler {
    private static final String NAME = "lethe.cu";

    private final SymbolLookup library;

    /**
     * Makes a compiler.
     *
     * @param library functions of NVRTC
     */
    KernelCompiler(SymbolLookup library) {
        this.library = library;
    }

    /** Returns the version of NVRTC. */
    String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 2);
            call("nvrtcVersion", List.of(ADDRESS, ADDRESS), numbers, numbers.asSlice(Integer.BYTES));
            return numbers.getAtIndex(JAVA_INT, 0) + "." + numbers.getAtIndex(JAVA_INT, 1);
        }
    }

    /**
     * Compiles for one architecture.
     *
     * @param architecture name of the architecture: {@code sm_90}
     * @return a cubin
     * @throws NativeException with the compiler's messages when there is an error
     */
    byte[] compile(String source, String architecture) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            call("nvrtcCreateProgram", List.of(ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS), handle,
                    arena.allocateFrom(source), arena.allocateFrom(NAME), 0, MemorySegment.NULL, MemorySegment.NULL);
            MemorySegment program = handle.get(ADDRESS, 0);
            try {
                MemorySegment options = arena.allocate(ADDRESS, 2);
                options.setAtIndex(ADDRESS, 0, arena.allocateFrom("--gpu-architecture=" + architecture));
                options.setAtIndex(ADDRESS, 1, arena.allocateFrom("--std=c++17"));
                int error = error("nvrtcCompileProgram", List.of(ADDRESS, JAVA_INT, ADDRESS), program, 2, options);
                if (error != 0) {
                    throw new NativeException("the kernels do not compile for " + architecture + ": "
                            + new String(text(arena, program, "nvrtcGetProgramLogSize", "nvrtcGetProgramLog")).strip());
                }
                return text(arena, program, "nvrtcGetCUBINSize", "nvrtcGetCUBIN");
            } finally {
                call("nvrtcDestroyProgram", List.of(ADDRESS), handle);
            }
        }
    }

    /** Returns the bytes that two functions give, one their number, the other the bytes themselves. */
    private byte[] text(Arena arena, MemorySegment program, String sizeOf, String of) {
        MemorySegment size = arena.allocate(JAVA_LONG);
        call(sizeOf, List.of(ADDRESS, ADDRESS), program, size);
        MemorySegment bytes = arena.allocate(size.get(JAVA_LONG, 0));
        call(of, List.of(ADDRESS, ADDRESS), program, bytes);
        return bytes.toArray(JAVA_BYTE);
    }

    private void call(String function, List<MemoryLayout> types, Object... arguments) {
        int error = error(function, types, arguments);
        if (error != 0) {
            throw new NativeException(function + " failed: NVRTC error " + error);
        }
    }

    private int error(String function, List<MemoryLayout> types, Object... arguments) {
        try {
            return (int) Linker.nativeLinker().downcallHandle(library.findOrThrow(function),
                    FunctionDescriptor.of(JAVA_INT, types.toArray(MemoryLayout[]::new)))
                    .invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new NativeException("a call of NVRTC failed", e);
        }
    }
}
