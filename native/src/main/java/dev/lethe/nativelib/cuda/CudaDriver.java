package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Functions of the CUDA driver. Each call is checked: a failure names the function and what the driver says of it. */
@SuppressWarnings("restricted")
final class CudaDriver {
    /** As the dynamic linker knows the driver. */
    static final String LIBRARY = "libcuda.so.1";

    /** The driver has no device, or has none to offer ({@code CUDA_VISIBLE_DEVICES}). */
    static final int NO_DEVICE = 100;
    /** There is not so much memory left. */
    static final int OUT_OF_MEMORY = 2;

    private final SymbolLookup library;
    private final Map<String, MethodHandle> handles = new ConcurrentHashMap<>(); // devices of several threads share it
    private final MethodHandle useContext; // of every step, as the next: looking them up would allocate
    private final MethodHandle launchGraph;

    /**
     * @throws IllegalArgumentException when there is no driver
     * @throws NativeException when it is too old
     */
    CudaDriver() {
        this(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
    }

    /**
     * Calls the functions of a library.
     *
     * @param library the driver
     * @throws NativeException when it is too old
     */
    CudaDriver(SymbolLookup library) {
        this.library = library;
        useContext = function("cuCtxSetCurrent", ADDRESS);
        launchGraph = function("cuGraphLaunch", ADDRESS, ADDRESS);
    }

    /**
     * A function that returns an error code.
     *
     * @throws NativeException when the driver has no such function, being too old
     */
    private MethodHandle function(String name, MemoryLayout... parameters) {
        return handles.computeIfAbsent(name, _ -> Linker.nativeLinker().downcallHandle(library.find(name)
                .orElseThrow(() -> new NativeException("the CUDA driver has no function " + name + ": it is too old")),
                FunctionDescriptor.of(JAVA_INT, parameters)));
    }

    /** What the driver calls an error. */
    String describe(int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ADDRESS);
            int unknown = error(() -> (int) function("cuGetErrorString", JAVA_INT, ADDRESS).invokeExact(error, text));
            String meaning = unknown == 0
                    ? text.get(ADDRESS, 0).reinterpret(Long.MAX_VALUE).getString(0)
                    : "unknown error";
            return "CUDA error " + error + ", " + meaning;
        }
    }

    /** A call of a function, which returns an error code. */
    @FunctionalInterface
    private interface Call {
        int run() throws Throwable; // as method handles do
    }

    private static int error(Call call) {
        try {
            return call.run();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** What a method handle threw, which is nothing checked. */
    private static NativeException failed(Throwable e) {
        return switch (e) {
            case RuntimeException unchecked -> throw unchecked;
            case Error unchecked -> throw unchecked;
            default -> new NativeException("a call of the CUDA driver failed", e);
        };
    }

    private void check(String function, Call call) {
        check(function, error(call));
    }

    private void check(String function, int error) {
        if (error != 0) {
            throw new NativeException(function + " failed: " + describe(error));
        }
    }

    /** Initialises the driver; the error code. */
    int initialise() {
        return error(() -> (int) function("cuInit", JAVA_INT).invokeExact(0));
    }

    /** The newest CUDA that the driver runs, 1000 times its major plus 10 times its minor version. */
    int version() {
        return intFrom("cuDriverGetVersion");
    }

    int deviceCount() {
        return intFrom("cuDeviceGetCount");
    }

    private int intFrom(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check(name, () -> (int) function(name, ADDRESS).invokeExact(value));
            return value.get(JAVA_INT, 0);
        }
    }

    /** The handle of a device. */
    int device(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check("cuDeviceGet", () -> (int) function("cuDeviceGet", ADDRESS, JAVA_INT).invokeExact(value, index));
            return value.get(JAVA_INT, 0);
        }
    }

    String deviceName(int device) {
        try (Arena arena = Arena.ofConfined()) {
            int bytes = 256;
            MemorySegment name = arena.allocate(bytes);
            check("cuDeviceGetName", () -> (int) function("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT)
                    .invokeExact(name, bytes, device));
            return name.getString(0);
        }
    }

    /** @param attribute a {@code CUdevice_attribute} */
    int attribute(int attribute, int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check("cuDeviceGetAttribute", () -> (int) function("cuDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT)
                    .invokeExact(value, attribute, device));
            return value.get(JAVA_INT, 0);
        }
    }

    /** The context that the CUDA runtime uses too, and with it cuDNN. */
    MemorySegment retainContext(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment context = arena.allocate(ADDRESS);
            check("cuDevicePrimaryCtxRetain", () -> (int) function("cuDevicePrimaryCtxRetain", ADDRESS, JAVA_INT)
                    .invokeExact(context, device));
            return context.get(ADDRESS, 0);
        }
    }

    /** Makes a context the calling thread's. */
    void use(MemorySegment context) {
        int error;
        try {
            error = (int) useContext.invokeExact(context);
        } catch (Throwable e) {
            throw failed(e);
        }
        check("cuCtxSetCurrent", error);
    }

    /** Free and all memory of the current context's device, in bytes. */
    long[] memory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = arena.allocate(JAVA_LONG, 2);
            check("cuMemGetInfo", () -> (int) function("cuMemGetInfo_v2", ADDRESS, ADDRESS).invokeExact(sizes,
                    sizes.asSlice(Long.BYTES)));
            return sizes.toArray(JAVA_LONG);
        }
    }

    /** Allocates memory; its address, or the negated error code. */
    long allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(JAVA_LONG);
            int error = error(() -> (int) function("cuMemAlloc_v2", ADDRESS, JAVA_LONG).invokeExact(address, bytes));
            return error == 0 ? address.get(JAVA_LONG, 0) : -error;
        }
    }

    void free(long address) {
        check("cuMemFree", () -> (int) function("cuMemFree_v2", JAVA_LONG).invokeExact(address));
    }

    /** Memory of the host that the driver has locked, so that copies need not be waited for. */
    MemorySegment allocateOnHost(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS);
            int flags = 0;
            check("cuMemHostAlloc", () -> (int) function("cuMemHostAlloc", ADDRESS, JAVA_LONG, JAVA_INT)
                    .invokeExact(address, bytes, flags));
            return address.get(ADDRESS, 0).reinterpret(bytes);
        }
    }

    void freeOnHost(MemorySegment memory) {
        withAddress("cuMemFreeHost", memory);
    }

    void copyToDevice(long to, MemorySegment from, MemorySegment stream) {
        check("cuMemcpyHtoDAsync", () -> (int) function("cuMemcpyHtoDAsync_v2", JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS)
                .invokeExact(to, from, from.byteSize(), stream));
    }

    void copyToHost(MemorySegment to, long from, MemorySegment stream) {
        check("cuMemcpyDtoHAsync", () -> (int) function("cuMemcpyDtoHAsync_v2", ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS)
                .invokeExact(to, from, to.byteSize(), stream));
    }

    void fill(long address, byte value, long count, MemorySegment stream) {
        check("cuMemsetD8Async", () -> (int) function("cuMemsetD8Async", JAVA_LONG, JAVA_BYTE, JAVA_LONG, ADDRESS)
                .invokeExact(address, value, count, stream));
    }

    void fill(long address, int value, long count, MemorySegment stream) {
        check("cuMemsetD32Async", () -> (int) function("cuMemsetD32Async", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS)
                .invokeExact(address, value, count, stream));
    }

    /** A stream that does not wait for others. */
    MemorySegment createStream() {
        int nonBlocking = 1;
        return created("cuStreamCreate", nonBlocking);
    }

    MemorySegment createEvent() {
        return created("cuEventCreate", 0);
    }

    private MemorySegment created(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(ADDRESS);
            check(name, () -> (int) function(name, ADDRESS, JAVA_INT).invokeExact(handle, flags));
            return handle.get(ADDRESS, 0);
        }
    }

    void synchronize(MemorySegment stream) {
        withAddress("cuStreamSynchronize", stream);
    }

    void synchronizeEvent(MemorySegment event) {
        withAddress("cuEventSynchronize", event);
    }

    /** What the stream is asked for from now on is done after what the event was last recorded after, if it was. */
    void waitFor(MemorySegment event, MemorySegment stream) {
        int flags = 0;
        check("cuStreamWaitEvent", () -> (int) function("cuStreamWaitEvent", ADDRESS, ADDRESS, JAVA_INT)
                .invokeExact(stream, event, flags));
    }

    void destroyStream(MemorySegment stream) {
        withAddress("cuStreamDestroy_v2", stream);
    }

    void destroyEvent(MemorySegment event) {
        withAddress("cuEventDestroy_v2", event);
    }

    void recordEvent(MemorySegment event, MemorySegment stream) {
        withAddresses("cuEventRecord", event, stream);
    }

    /** Milliseconds between two events, both of which have happened. */
    float elapsed(MemorySegment from, MemorySegment to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_FLOAT);
            check("cuEventElapsedTime", () -> (int) function("cuEventElapsedTime_v2", ADDRESS, ADDRESS, ADDRESS)
                    .invokeExact(time, from, to));
            return time.get(JAVA_FLOAT, 0);
        }
    }

    /** Loads compiled kernels into the current context. */
    MemorySegment loadModule(MemorySegment image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment module = arena.allocate(ADDRESS);
            check("cuModuleLoadData", () -> (int) function("cuModuleLoadData", ADDRESS, ADDRESS).invokeExact(module,
                    image));
            return module.get(ADDRESS, 0);
        }
    }

    void unloadModule(MemorySegment module) {
        withAddress("cuModuleUnload", module);
    }

    /** A kernel that is loaded: the driver would otherwise do so at the first launch, which a capture may refuse. */
    MemorySegment kernel(MemorySegment module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment kernel = arena.allocate(ADDRESS);
            check("cuModuleGetFunction of " + name,
                    () -> (int) function("cuModuleGetFunction", ADDRESS, ADDRESS, ADDRESS)
                            .invokeExact(kernel, module, arena.allocateFrom(name)));
            withAddress("cuFuncLoad", kernel.get(ADDRESS, 0));
            return kernel.get(ADDRESS, 0);
        }
    }

    /** How many blocks of a kernel without dynamic memory a multiprocessor runs at once. */
    int blocksAtOnce(MemorySegment kernel, int threads) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blocks = arena.allocate(JAVA_INT);
            String name = "cuOccupancyMaxActiveBlocksPerMultiprocessor";
            check(name, () -> (int) function(name, ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG).invokeExact(blocks, kernel,
                    threads, 0L));
            return blocks.get(JAVA_INT, 0);
        }
    }

    /** @param arguments the structure that the kernel takes */
    void launch(MemorySegment kernel, Grid grid, MemorySegment arguments, MemorySegment stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocateFrom(ADDRESS, arguments);
            check("cuLaunchKernel",
                    () -> (int) function("cuLaunchKernel", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT,
                            JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS).invokeExact(kernel, grid.x(),
                                    grid.y(),
                                    1, Grid.THREADS, 1, 1, 0, stream, parameters, MemorySegment.NULL));
        }
    }

    /** From here on what the stream is asked for is recorded, not done. */
    void beginCapture(MemorySegment stream) {
        int relaxed = 2; // libraries may ask the driver for what is not recorded
        check("cuStreamBeginCapture", () -> (int) function("cuStreamBeginCapture_v2", ADDRESS, JAVA_INT)
                .invokeExact(stream, relaxed));
    }

    /** The graph of what was recorded; it must be destroyed. */
    MemorySegment endCapture(MemorySegment stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment graph = arena.allocate(ADDRESS);
            check("cuStreamEndCapture", () -> (int) function("cuStreamEndCapture", ADDRESS, ADDRESS).invokeExact(stream,
                    graph));
            return graph.get(ADDRESS, 0);
        }
    }

    /** A graph that can be launched. */
    MemorySegment instantiate(MemorySegment graph) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment executable = arena.allocate(ADDRESS);
            check("cuGraphInstantiate", () -> (int) function("cuGraphInstantiateWithFlags", ADDRESS, ADDRESS, JAVA_LONG)
                    .invokeExact(executable, graph, 0L));
            return executable.get(ADDRESS, 0);
        }
    }

    void launchGraph(MemorySegment executable, MemorySegment stream) {
        int error;
        try {
            error = (int) launchGraph.invokeExact(executable, stream);
        } catch (Throwable e) {
            throw failed(e);
        }
        check("cuGraphLaunch", error);
    }

    void destroyGraph(MemorySegment graph) {
        withAddress("cuGraphDestroy", graph);
    }

    void destroyExecutable(MemorySegment executable) {
        withAddress("cuGraphExecDestroy", executable);
    }

    private void withAddress(String name, MemorySegment argument) {
        check(name, () -> (int) function(name, ADDRESS).invokeExact(argument));
    }

    private void withAddresses(String name, MemorySegment first, MemorySegment second) {
        check(name, () -> (int) function(name, ADDRESS, ADDRESS).invokeExact(first, second));
    }
}
