package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** The functions of the driver's stand-in by which a test makes it fail. */
@SuppressWarnings("restricted")
final class StandInDriver {
    private final MethodHandle failAllocation;
    private final MethodHandle allocations;

    StandInDriver() {
        SymbolLookup library = SymbolLookup.libraryLookup(CudaDriver.LIBRARY, Arena.global());
        failAllocation = Linker.nativeLinker().downcallHandle(library.findOrThrow("standin_fail_allocation"),
                FunctionDescriptor.ofVoid(JAVA_LONG));
        allocations = Linker.nativeLinker().downcallHandle(library.findOrThrow("standin_allocations"),
                FunctionDescriptor.of(JAVA_LONG));
    }

    /** Begins to count allocations from 1, of which the one with this number is refused. */
    void failAllocation(long number) {
        try {
            failAllocation.invokeExact(number);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the number of allocations that were asked for since the count began. */
    long allocations() {
        try {
            return (long) allocations.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
