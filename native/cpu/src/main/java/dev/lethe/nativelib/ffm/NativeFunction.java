package dev.lethe.nativelib.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** A finder of functions of native libraries. */
@SuppressWarnings("restricted")
public final class NativeFunction {
    private static final Linker LINKER = Linker.nativeLinker();

    private NativeFunction() {}

    /**
     * Returns a handle to a function of the C library.
     *
     * @throws NativeException when the C library has no such function
     */
    public static MethodHandle ofLibc(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.defaultLookup().find(name).map(address -> LINKER.downcallHandle(address, type, options))
                .orElseThrow(() -> new NativeException("the C library has no function " + name));
    }

    /**
     * Returns a handle to a function of a library, which stays loaded; empty if the library or the function is missing.
     *
     * @param library name of the library for the dynamic linker, for example {@code libgomp.so.1}
     */
    public static Optional<MethodHandle> of(String library, String name, FunctionDescriptor type,
            Linker.Option... options) {
        Optional<MemorySegment> address;
        try {
            address = SymbolLookup.libraryLookup(library, Arena.global()).find(name);
        } catch (IllegalArgumentException _) { // how the JDK says that there is no such library
            return Optional.empty();
        }
        return address.map(found -> LINKER.downcallHandle(found, type, options));
    }
}
