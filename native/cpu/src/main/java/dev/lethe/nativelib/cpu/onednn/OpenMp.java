package dev.lethe.nativelib.cpu.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.lethe.nativelib.ffm.NativeException;
import dev.lethe.nativelib.ffm.NativeFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The OpenMP runtime that oneDNN was built on. Each worker limits it to one thread, so that it starts no threads, which
 * would spin on the workers' cores after every primitive.
 */
final class OpenMp {
    private static final Optional<MethodHandle> SET_NUM_THREADS = Stream
            .of("libgomp.so.1", "libomp.dylib", "libiomp5.dylib", "vcomp140.dll", "libomp140.x86_64.dll")
            .map(library -> NativeFunction.of(library, "omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT),
                    Linker.Option.critical(false)))
            .flatMap(Optional::stream).findFirst();
    /** The function, or one that does nothing where the runtime was not found. */
    private static final MethodHandle CALL = SET_NUM_THREADS
            .orElseGet(() -> MethodHandles.empty(MethodType.methodType(void.class, int.class)));

    private OpenMp() {}

    /** Tells whether the runtime was found; oneDNN must have been loaded before. */
    static boolean found() {
        return SET_NUM_THREADS.isPresent();
    }

    /** Makes oneDNN, when the calling thread creates or runs primitives, use that thread alone. */
    static void useCallingThreadOnly() {
        try {
            CALL.invokeExact(1);
        } catch (Throwable e) {
            throw new NativeException("omp_set_num_threads could not be called", e);
        }
    }
}
