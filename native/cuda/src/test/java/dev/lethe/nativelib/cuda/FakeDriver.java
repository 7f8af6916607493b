package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
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
import org.jspecify.annotations.Nullable;

/**
 * The functions of the CUDA driver, without a GPU. It keeps count of what is open, and one of the calls fails. Methods
 * are called by name from native code, so they return errors instead of throwing.
 */
@SuppressWarnings("restricted")
final class FakeDriver implements SymbolLookup, AutoCloseable {
    /** The error CUDA_ERROR_UNKNOWN. */
    private static final int FAILED = 999;
    private static final int INVALID_HANDLE = 400;
    private static final int NOT_FOUND = 500;

    private static final Map<Class<?>, MemoryLayout> LAYOUTS = Map.of(byte.class, JAVA_BYTE, int.class, JAVA_INT,
            long.class, JAVA_LONG);

    private final Arena stubs = Arena.ofShared();
    private final Map<String, MemorySegment> functions = new HashMap<>();
    private final Map<Long, String> open = new HashMap<>(); // kinds by handle
    private final List<String> calls = new ArrayList<>();
    private final int failing;
    private final int error;
    private @Nullable String failingFunction;
    private long freeBytes;
    private String launched = "nothing";
    private long handles = 1 << 12;

    /**
     * Makes a driver.
     *
     * @param failing number of the call that fails, from 0
     */
    FakeDriver(int failing) {
        this(failing, FAILED);
    }

    /**
     * Makes a driver.
     *
     * @param failing number of the call that fails, from 0
     * @param error code with which it fails
     */
    FakeDriver(int failing, int error) {
        this.failing = failing;
        this.error = error;
    }

    /** Makes the next call of a function fail. */
    void failNext(String function) {
        failingFunction = function;
    }

    /** Returns what was created and not destroyed. */
    List<String> open() {
        return open.values().stream().sorted().toList();
    }

    /** Sets the bytes that the driver reports as free. */
    void setFreeBytes(long bytes) {
        freeBytes = bytes;
    }

    /** Returns the size and the argument of the last launch. */
    String launched() {
        return launched;
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
        boolean named = function.equals(failingFunction);
        failingFunction = named ? null : failingFunction;
        return named || calls.size() - 1 == failing;
    }

    private int done(String function) {
        return fails(function) ? error : 0;
    }

    private int create(String function, String kind, MemorySegment handle) {
        if (fails(function)) {
            return error;
        }
        open.put(++handles, kind);
        handle.reinterpret(Long.BYTES).set(JAVA_LONG, 0, handles);
        return 0;
    }

    /** Forgets a handle, also if the call fails: a driver gives back what it can. */
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

    private int answerAddress(String function, MemorySegment to, long address) {
        to.reinterpret(Long.BYTES).set(JAVA_LONG, 0, address);
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

    /** Returns a context, which is never given back: libraries keep what they have loaded into it. */
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
        milliseconds.reinterpret(Float.BYTES).set(JAVA_FLOAT, 0, to.address() - from.address());
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

    int cuMemGetInfo(MemorySegment free, MemorySegment total) {
        free.reinterpret(Long.BYTES).set(JAVA_LONG, 0, freeBytes);
        total.reinterpret(Long.BYTES).set(JAVA_LONG, 0, 2 * freeBytes);
        return done("cuMemGetInfo");
    }

    int cuMemsetD8Async(long address, byte value, long count, MemorySegment stream) {
        return done("cuMemsetD8Async");
    }

    int cuInit(int flags) {
        return done("cuInit");
    }

    int cuDriverGetVersion(MemorySegment version) {
        return answer("cuDriverGetVersion", version, 13_010);
    }

    int cuDeviceGetCount(MemorySegment count) {
        return answer("cuDeviceGetCount", count, 2);
    }

    int cuDeviceGetName(MemorySegment name, int bytes, int device) {
        name.reinterpret(bytes).setString(0, "GPU " + device);
        return done("cuDeviceGetName");
    }

    /** Copies at once: here, addresses of the device are addresses of this process. */
    int cuMemcpyHtoDAsync(long to, MemorySegment from, long bytes, MemorySegment stream) {
        MemorySegment.ofAddress(to).reinterpret(bytes).copyFrom(from.reinterpret(bytes));
        return done("cuMemcpyHtoDAsync");
    }

    int cuMemcpyDtoHAsync(MemorySegment to, long from, long bytes, MemorySegment stream) {
        to.reinterpret(bytes).copyFrom(MemorySegment.ofAddress(from).reinterpret(bytes));
        return done("cuMemcpyDtoHAsync");
    }

    int cuMemcpyDtoDAsync(long to, long from, long bytes, MemorySegment stream) {
        MemorySegment.ofAddress(to).reinterpret(bytes).copyFrom(MemorySegment.ofAddress(from).reinterpret(bytes));
        return done("cuMemcpyDtoDAsync");
    }

    int cuMemsetD32Async(long address, int value, long count, MemorySegment stream) {
        MemorySegment ints = MemorySegment.ofAddress(address).reinterpret(count * Integer.BYTES);
        for (long i = 0; i < count; i++) {
            ints.setAtIndex(JAVA_INT, i, value);
        }
        return done("cuMemsetD32Async");
    }

    int cuEventSynchronize(MemorySegment event) {
        return done("cuEventSynchronize");
    }

    int cuStreamWaitEvent(MemorySegment stream, MemorySegment event, int flags) {
        return open.containsKey(stream.address()) && open.containsKey(event.address())
                ? done("cuStreamWaitEvent")
                : INVALID_HANDLE;
    }

    int cuModuleGetFunction(MemorySegment kernel, MemorySegment module, MemorySegment name) {
        return name.reinterpret(Long.MAX_VALUE).getString(0).equals("kernel")
                ? answerAddress("cuModuleGetFunction", kernel, module.address() + 1)
                : NOT_FOUND;
    }

    int cuFuncLoad(MemorySegment kernel) {
        return done("cuFuncLoad");
    }

    int cuOccupancyMaxActiveBlocksPerMultiprocessor(MemorySegment blocks, MemorySegment kernel, int threads,
            long dynamicBytes) {
        return answer("cuOccupancyMaxActiveBlocksPerMultiprocessor", blocks, 2048 / threads);
    }

    /** Keeps the size and the argument of the launch, so that a test sees which parameter is which. */
    int cuLaunchKernel(MemorySegment kernel, int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ,
            int sharedBytes, MemorySegment stream, MemorySegment parameters, MemorySegment extra) {
        launched = gridX + "x" + gridY + "x" + gridZ + " blocks of " + blockX + "x" + blockY + "x" + blockZ + " with "
                + sharedBytes + " bytes, argument "
                + parameters.reinterpret(Long.BYTES).get(ADDRESS, 0).reinterpret(Integer.BYTES).get(JAVA_INT, 0)
                + ", extra " + extra.address();
        return done("cuLaunchKernel");
    }

    int cuStreamBeginCapture(MemorySegment stream, int mode) {
        return done("cuStreamBeginCapture");
    }

    int cuStreamEndCapture(MemorySegment stream, MemorySegment graph) {
        return create("cuStreamEndCapture", "graph", graph);
    }

    int cuGraphInstantiateWithFlags(MemorySegment executable, MemorySegment graph, long flags) {
        return open.containsKey(graph.address())
                ? create("cuGraphInstantiateWithFlags", "executable", executable)
                : INVALID_HANDLE;
    }

    int cuGraphDestroy(MemorySegment graph) {
        return destroy("cuGraphDestroy", "graph", graph);
    }

    int cuGraphExecDestroy(MemorySegment executable) {
        return destroy("cuGraphExecDestroy", "executable", executable);
    }

    @Override
    public void close() {
        stubs.close();
    }
}
