package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;

/**
 * Method handles for the functions of the CUDA driver, one for each list of parameter types, which is its name. Each
 * takes the address of the function first and returns the function's error code. They are constants, so that the
 * compiler inlines their calls; the addresses belong to a {@link CudaDriver}.
 */
@SuppressWarnings("restricted")
final class DriverHandles {
    static final MethodHandle ADDRESS_ONLY = handle(ADDRESS);
    static final MethodHandle INT_ONLY = handle(JAVA_INT);
    static final MethodHandle LONG_ONLY = handle(JAVA_LONG);
    static final MethodHandle ADDRESS_ADDRESS = handle(ADDRESS, ADDRESS);
    static final MethodHandle ADDRESS_INT = handle(ADDRESS, JAVA_INT);
    static final MethodHandle ADDRESS_LONG = handle(ADDRESS, JAVA_LONG);
    static final MethodHandle INT_ADDRESS = handle(JAVA_INT, ADDRESS);
    static final MethodHandle ADDRESS_ADDRESS_ADDRESS = handle(ADDRESS, ADDRESS, ADDRESS);
    static final MethodHandle ADDRESS_ADDRESS_INT = handle(ADDRESS, ADDRESS, JAVA_INT);
    static final MethodHandle ADDRESS_ADDRESS_LONG = handle(ADDRESS, ADDRESS, JAVA_LONG);
    static final MethodHandle ADDRESS_INT_INT = handle(ADDRESS, JAVA_INT, JAVA_INT);
    static final MethodHandle ADDRESS_LONG_INT = handle(ADDRESS, JAVA_LONG, JAVA_INT);
    static final MethodHandle ADDRESS_ADDRESS_INT_LONG = handle(ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG);
    static final MethodHandle ADDRESS_LONG_LONG_ADDRESS = handle(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
    static final MethodHandle LONG_ADDRESS_LONG_ADDRESS = handle(JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS);
    static final MethodHandle LONG_BYTE_LONG_ADDRESS = handle(JAVA_LONG, JAVA_BYTE, JAVA_LONG, ADDRESS);
    static final MethodHandle LONG_INT_LONG_ADDRESS = handle(JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS);
    static final MethodHandle LONG_LONG_LONG_ADDRESS = handle(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
    /** Parameters of {@code cuLaunchKernel}: kernel, grid, block, shared memory, stream, arguments, extra options. */
    static final MethodHandle LAUNCH = handle(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    private DriverHandles() {}

    private static MethodHandle handle(MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(JAVA_INT, parameters));
    }
}
