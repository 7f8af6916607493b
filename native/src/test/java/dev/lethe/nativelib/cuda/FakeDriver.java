package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The functions of the CUDA driver that open and close a device, without a GPU. It keeps count of what is open, and one
 * of the calls fails. Methods are called by name from native code, so they return errors instead of throwing.
 */
@SuppressWarnings("restricted")
final class FakeDriver implements SymbolLookup, AutoCloseable {
    /** CUDA_ERROR_UNKNOWN. */
    private static final int FAILED = 999;
    private static final int INVALID_HANDLE = 400;

    private static final Map<Class<?>, MemoryLayout> LAYOUTS = Map.of(byte.class, JAVA_BYTE, int.class, JAVA_INT,
            long.class, JAVA_LONG);

    private final Arena stubs = Arena.ofShared();
    private final Map<String, MemorySegment> functions = new HashMap<>();
    private final Map<Long, String> open = new HashMap<>(); // kinds by handle
    private final List<String> calls = new ArrayList<>();
    private final int failing;
    private long handles = 1 << 12;

    /**
     * Makes a driver.
     *
     * @param failing number of the call that fails, from 0
     */
    FakeDriver(int failing) {
        this.failing = failing;
    }

    /** Returns what was created and not destroyed. */
    List<String> open() {
        return open.values().stream().sorted().toList();
    }

    /** Returns the names of the functions that were called, in order. */
    List<String> calls() {
        return calls;
    }

    @Override
    public Optional<MemorySegment> find(String name) {
        return Arrays.stream(FakeDriver.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name.replace("_v2", "")))
                .findFirst().map(method -> functions.computeIfAbsent(name, _ -> stub(method)));
    }

    private MemorySegment stub(Method method) {
        try {
            MethodHandle handle = MethodHandles.lookup().unreflect(method).bindTo(this);
            MemoryLayout[] parameters = Arrays.stream(method.getParameterTypes()).map(FakeDriver::layout)
                    .toArray(MemoryLayout[]::new);
            return Linker.nativeLinker().upcallStub(handle, FunctionDescriptor.of(JAVA_INT, parameters), stubs);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemoryLayout layout(Class<?> type) {
        return LAYOUTS.getOrDefault(type, ADDRESS);
    }

    private boolean fails(String function) {
        calls.add(function);
        return calls.size() - 1 == failing;
    }

    private int done(String function) {
        return fails(function) ? FAILED : 0;
    }

    private int create(String function, String kind, MemorySegment handle) {
        if (fails(function)) {
            return FAILED;
        }
        open.put(++handles, kind);
        handle.reinterpret(Long.BYTES).set(JAVA_LONG, 0, handles);
        return 0;
    }

    /** Also where it fails: a driver gives back what it can. */
    private int destroy(String function, String kind, MemorySegment handle) {
        if (!open.remove(handle.address(), kind)) {
            return INVALID_HANDLE;
        }
        return done(function);
    }

    private int answer(String function, MemorySegment to, int value) {
        to.reinterpret(Integer.BYTES).set(JAVA_INT, 0, value);
        return done(function);
    }

    int cuGetErrorString(int error, MemorySegment text) {
        return 1; // unknown
    }

    int cuCtxSetCurrent(MemorySegment context) {
        return done("cuCtxSetCurrent");
    }

    int cuGraphLaunch(MemorySegment graph, MemorySegment stream) {
        return done("cuGraphLaunch");
    }

    int cuDeviceGet(MemorySegment device, int index) {
        return answer("cuDeviceGet", device, index);
    }

    int cuDeviceGetAttribute(MemorySegment value, int attribute, int device) {
        return answer("cuDeviceGetAttribute", value, 9);
    }

    /** The context is never given back: libraries keep what they have loaded into it. */
    int cuDevicePrimaryCtxRetain(MemorySegment context, int device) {
        context.reinterpret(Long.BYTES).set(JAVA_LONG, 0, 1);
        return done("cuDevicePrimaryCtxRetain");
    }

    int cuStreamCreate(MemorySegment stream, int flags) {
        return create("cuStreamCreate", "stream", stream);
    }

    int cuStreamSynchronize(MemorySegment stream) {
        return done("cuStreamSynchronize");
    }

    int cuStreamDestroy(MemorySegment stream) {
        return destroy("cuStreamDestroy", "stream", stream);
    }

    int cuEventCreate(MemorySegment event, int flags) {
        return create("cuEventCreate", "event", event);
    }

    int cuEventRecord(MemorySegment event, MemorySegment stream) {
        return done("cuEventRecord");
    }

    int cuEventElapsedTime(MemorySegment milliseconds, MemorySegment from, MemorySegment to) {
        return done("cuEventElapsedTime");
    }

    int cuEventDestroy(MemorySegment event) {
        return destroy("cuEventDestroy", "event", event);
    }

    int cuModuleLoadData(MemorySegment module, MemorySegment image) {
        return create("cuModuleLoadData", "module", module);
    }

    int cuModuleUnload(MemorySegment module) {
        return destroy("cuModuleUnload", "module", module);
    }

    int cuMemHostAlloc(MemorySegment address, long bytes, int flags) {
        return create("cuMemHostAlloc", "host memory", address);
    }

    int cuMemFreeHost(MemorySegment memory) {
        return destroy("cuMemFreeHost", "host memory", memory);
    }

    int cuMemAlloc(MemorySegment address, long bytes) {
        return create("cuMemAlloc", "memory", address);
    }

    int cuMemFree(long address) {
        return destroy("cuMemFree", "memory", MemorySegment.ofAddress(address));
    }

    int cuMemsetD8Async(long address, byte value, long count, MemorySegment stream) {
        return done("cuMemsetD8Async");
    }

    @Override
    public void close() {
        stubs.close();
    }
}
