package dev.lethe.nativelib.cuda;

import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_ADDRESS_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_ADDRESS_INT;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_ADDRESS_INT_LONG;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_ADDRESS_LONG;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_INT;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_INT_INT;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_LONG;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_LONG_INT;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_LONG_LONG_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.ADDRESS_ONLY;
import static dev.lethe.nativelib.cuda.DriverHandles.INT_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.INT_ONLY;
import static dev.lethe.nativelib.cuda.DriverHandles.LAUNCH;
import static dev.lethe.nativelib.cuda.DriverHandles.LONG_ADDRESS_LONG_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.LONG_BYTE_LONG_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.LONG_INT_LONG_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.LONG_LONG_LONG_ADDRESS;
import static dev.lethe.nativelib.cuda.DriverHandles.LONG_ONLY;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The functions of the CUDA driver. Each call is checked: a failure names the function and the driver's message. */
@SuppressWarnings("restricted")
final class CudaDriver {
    /** The driver's name for the dynamic linker. */
    static final String LIBRARY = "libcuda.so.1";

    /** The driver has no device, or has none to offer ({@code CUDA_VISIBLE_DEVICES}). */
    static final int NO_DEVICE = 100;
    /** The address of memory that was not allocated. */
    static final long NO_ADDRESS = 0;

    /**
     * The errors after which the driver refuses all further work of the process: an uncorrectable error of memory, an
     * illegal address, a time-out, a destroyed context, a failed assertion, the hardware's exceptions, a failed launch.
     */
    private static final Set<Integer> LOST = Set.of(214, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719);
    private static final int OUT_OF_MEMORY = 2;
    private static final int NO_FLAGS = 0;

    private final SymbolLookup library;
    private final Map<String, MemorySegment> functions = new ConcurrentHashMap<>(); // devices of several threads use it
    private final MemorySegment useContext; // called in every step, like the next: a look-up would allocate
    private final MemorySegment launchGraph;
    private final boolean eager;

    /**
     * Loads the driver of this machine.
     *
     * @param eager whether each call is waited for, so that no message has to advise it
     * @throws IllegalArgumentException when there is no driver
     * @throws NativeException when it is too old
     */
    CudaDriver(boolean eager) {
        this(SymbolLookup.libraryLookup(LIBRARY, Arena.global()), eager);
    }

    /**
     * Calls the functions of a library.
     *
     * @param library the driver
     * @param eager whether each call is waited for, so that no message has to advise it
     * @throws NativeException when it is too old
     */
    CudaDriver(SymbolLookup library, boolean eager) {
        this.library = library;
        this.eager = eager;
        useContext = function("cuCtxSetCurrent");
        launchGraph = function("cuGraphLaunch");
    }

    /**
     * Returns the address of a function.
     *
     * @throws NativeException when the driver has no such function, being too old
     */
    private MemorySegment function(String name) {
        return functions.computeIfAbsent(name, _ -> library.find(name).orElseThrow(
                () -> new NativeException("the CUDA driver has no function " + name + ": it is too old")));
    }

    /** Returns the number of an error and the driver's words for it. */
    String describe(int error) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(ADDRESS);
            int unknown = error(() -> (int) INT_ADDRESS.invokeExact(function("cuGetErrorString"), error, text));
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

    /** A call of a function that writes its result to memory. */
    @FunctionalInterface
    private interface Query {
        int run(MemorySegment result) throws Throwable;
    }

    private static int error(Call call) {
        try {
            return call.run();
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Throws what a method handle threw if it is unchecked, or else returns it as an exception of this package. */
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
        if (LOST.contains(error)) {
            throw new LostDeviceException(function + " reports " + describe(error)
                    + ", of this call or an earlier one; this process can no longer use the GPU: start it again"
                    + (eager ? "" : " (" + CudaMachine.EAGER_VARIABLE + "=1 tells which call fails)"));
        }
        if (error != 0) {
            throw new NativeException(function + " failed: " + describe(error));
        }
    }

    /** Initialises the driver and returns the error code. */
    int initialise() {
        return error(() -> (int) INT_ONLY.invokeExact(function("cuInit"), 0));
    }

    /** Returns the newest CUDA version that the driver runs: 1000 times the major plus 10 times the minor number. */
    int version() {
        return intFrom("cuDriverGetVersion",
                version -> (int) ADDRESS_ONLY.invokeExact(function("cuDriverGetVersion"), version));
    }

    int deviceCount() {
        return intFrom("cuDeviceGetCount",
                count -> (int) ADDRESS_ONLY.invokeExact(function("cuDeviceGetCount"), count));
    }

    private int intFrom(String name, Query query) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            check(name, () -> query.run(value));
            return value.get(JAVA_INT, 0);
        }
    }

    private MemorySegment addressFrom(String name, Query query) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ADDRESS);
            check(name, () -> query.run(address));
            return address.get(ADDRESS, 0);
        }
    }

    /** Returns the handle of a device. */
    int device(int index) {
        return intFrom("cuDeviceGet", device -> (int) ADDRESS_INT.invokeExact(function("cuDeviceGet"), device, index));
    }

    String deviceName(int device) {
        try (Arena arena = Arena.ofConfined()) {
            int bytes = 256;
            MemorySegment name = arena.allocate(bytes);
            check("cuDeviceGetName",
                    () -> (int) ADDRESS_INT_INT.invokeExact(function("cuDeviceGetName"), name, bytes, device));
            return name.getString(0);
        }
    }

    /**
     * Returns an attribute of a device.
     *
     * @param attribute a {@code CUdevice_attribute}
     * @param device handle of the device
     */
    int attribute(int attribute, int device) {
        return intFrom("cuDeviceGetAttribute", value -> (int) ADDRESS_INT_INT
                .invokeExact(function("cuDeviceGetAttribute"), value, attribute, device));
    }

    /** Returns a device's primary context, which the CUDA runtime, and with it cuDNN, uses too. */
    MemorySegment retainContext(int device) {
        return created("cuDevicePrimaryCtxRetain", device);
    }

    /** Makes a context the calling thread's. */
    void use(MemorySegment context) {
        try {
            check("cuCtxSetCurrent", (int) ADDRESS_ONLY.invokeExact(useContext, context));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    /** Returns the free and the total memory of the current context's device, in bytes. */
    long[] memory() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = arena.allocate(JAVA_LONG, 2);
            check("cuMemGetInfo", () -> (int) ADDRESS_ADDRESS.invokeExact(function("cuMemGetInfo_v2"), sizes,
                    sizes.asSlice(Long.BYTES)));
            return sizes.toArray(JAVA_LONG);
        }
    }

    /** Allocates memory of the device and returns its address, or {@link #NO_ADDRESS} where too little is free. */
    long allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(JAVA_LONG);
            int error = error(() -> (int) ADDRESS_LONG.invokeExact(function("cuMemAlloc_v2"), address, bytes));
            if (error == OUT_OF_MEMORY) {
                return NO_ADDRESS;
            }
            check("cuMemAlloc", error);
            return address.get(JAVA_LONG, 0);
        }
    }

    void free(long address) {
        check("cuMemFree", () -> (int) LONG_ONLY.invokeExact(function("cuMemFree_v2"), address));
    }

    /** Allocates memory of the host that the driver locks in place, so that copies run while the host continues. */
    MemorySegment allocateOnHost(long bytes) {
        return addressFrom("cuMemHostAlloc", address -> (int) ADDRESS_LONG_INT
                .invokeExact(function("cuMemHostAlloc"), address, bytes, NO_FLAGS)).reinterpret(bytes);
    }

    void freeOnHost(MemorySegment memory) {
        withAddress("cuMemFreeHost", memory);
    }

    void copyToDevice(long to, MemorySegment from, MemorySegment stream) {
        check("cuMemcpyHtoDAsync", () -> (int) LONG_ADDRESS_LONG_ADDRESS.invokeExact(function("cuMemcpyHtoDAsync_v2"),
                to, from, from.byteSize(), stream));
    }

    void copyToHost(MemorySegment to, long from, MemorySegment stream) {
        check("cuMemcpyDtoHAsync", () -> (int) ADDRESS_LONG_LONG_ADDRESS.invokeExact(function("cuMemcpyDtoHAsync_v2"),
                to, from, to.byteSize(), stream));
    }

    void copyOnDevice(long to, long from, long bytes, MemorySegment stream) {
        check("cuMemcpyDtoDAsync", () -> (int) LONG_LONG_LONG_ADDRESS.invokeExact(function("cuMemcpyDtoDAsync_v2"), to,
                from, bytes, stream));
    }

    void fill(long address, byte value, long count, MemorySegment stream) {
        check("cuMemsetD8Async", () -> (int) LONG_BYTE_LONG_ADDRESS.invokeExact(function("cuMemsetD8Async"), address,
                value, count, stream));
    }

    void fill(long address, int value, long count, MemorySegment stream) {
        check("cuMemsetD32Async", () -> (int) LONG_INT_LONG_ADDRESS.invokeExact(function("cuMemsetD32Async"), address,
                value, count, stream));
    }

    /** Creates a stream that does not wait for others. */
    MemorySegment createStream() {
        int nonBlocking = 1;
        return created("cuStreamCreate", nonBlocking);
    }

    MemorySegment createEvent() {
        return created("cuEventCreate", NO_FLAGS);
    }

    /** Returns the handle that a function writes to its first parameter. */
    private MemorySegment created(String name, int argument) {
        return addressFrom(name, handle -> (int) ADDRESS_INT.invokeExact(function(name), handle, argument));
    }

    void synchronize(MemorySegment stream) {
        withAddress("cuStreamSynchronize", stream);
    }

    void synchronizeEvent(MemorySegment event) {
        withAddress("cuEventSynchronize", event);
    }

    /** Makes later work of the stream wait for the event's last recording; does nothing if it was never recorded. */
    void waitFor(MemorySegment event, MemorySegment stream) {
        check("cuStreamWaitEvent",
                () -> (int) ADDRESS_ADDRESS_INT.invokeExact(function("cuStreamWaitEvent"), stream, event, NO_FLAGS));
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

    /** Returns the milliseconds between two events, both of which have happened. */
    float elapsed(MemorySegment from, MemorySegment to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_FLOAT);
            check("cuEventElapsedTime",
                    () -> (int) ADDRESS_ADDRESS_ADDRESS.invokeExact(function("cuEventElapsedTime_v2"), time, from, to));
            return time.get(JAVA_FLOAT, 0);
        }
    }

    /** Loads compiled kernels into the current context. */
    MemorySegment loadModule(MemorySegment image) {
        return addressFrom("cuModuleLoadData",
                module -> (int) ADDRESS_ADDRESS.invokeExact(function("cuModuleLoadData"), module, image));
    }

    void unloadModule(MemorySegment module) {
        withAddress("cuModuleUnload", module);
    }

    /** Returns a kernel and loads it: otherwise its first launch would, which a capture may refuse. */
    MemorySegment kernel(MemorySegment module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment kernel = arena.allocate(ADDRESS);
            check("cuModuleGetFunction of " + name,
                    () -> (int) ADDRESS_ADDRESS_ADDRESS.invokeExact(function("cuModuleGetFunction"), kernel, module,
                            arena.allocateFrom(name)));
            withAddress("cuFuncLoad", kernel.get(ADDRESS, 0));
            return kernel.get(ADDRESS, 0);
        }
    }

    /** Returns the number of blocks of a kernel, without dynamic memory, that a multiprocessor runs at once. */
    int blocksAtOnce(MemorySegment kernel, int threads) {
        String name = "cuOccupancyMaxActiveBlocksPerMultiprocessor";
        return intFrom(name, blocks -> (int) ADDRESS_ADDRESS_INT_LONG.invokeExact(function(name), blocks, kernel,
                threads, 0L));
    }

    /**
     * Launches a kernel on a stream.
     *
     * @param grid blocks of threads
     * @param arguments structure that the kernel takes
     */
    void launch(MemorySegment kernel, Grid grid, MemorySegment arguments, MemorySegment stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameters = arena.allocateFrom(ADDRESS, arguments);
            check("cuLaunchKernel",
                    () -> (int) LAUNCH.invokeExact(function("cuLaunchKernel"), kernel, grid.x(), grid.y(), 1,
                            Grid.THREADS, 1, 1, 0, stream, parameters, MemorySegment.NULL));
        }
    }

    /** Begins to record the work of a stream instead of doing it. */
    void beginCapture(MemorySegment stream) {
        int relaxed = 2; // libraries may ask the driver for what is not recorded
        check("cuStreamBeginCapture",
                () -> (int) ADDRESS_INT.invokeExact(function("cuStreamBeginCapture_v2"), stream, relaxed));
    }

    /** Ends the recording and returns its graph, which the caller destroys. */
    MemorySegment endCapture(MemorySegment stream) {
        return addressFrom("cuStreamEndCapture",
                graph -> (int) ADDRESS_ADDRESS.invokeExact(function("cuStreamEndCapture"), stream, graph));
    }

    /** Returns an executable form of a graph, which the caller destroys. */
    MemorySegment instantiate(MemorySegment graph) {
        return addressFrom("cuGraphInstantiate", executable -> (int) ADDRESS_ADDRESS_LONG
                .invokeExact(function("cuGraphInstantiateWithFlags"), executable, graph, 0L));
    }

    void launchGraph(MemorySegment executable, MemorySegment stream) {
        try {
            check("cuGraphLaunch", (int) ADDRESS_ADDRESS.invokeExact(launchGraph, executable, stream));
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    void destroyGraph(MemorySegment graph) {
        withAddress("cuGraphDestroy", graph);
    }

    void destroyExecutable(MemorySegment executable) {
        withAddress("cuGraphExecDestroy", executable);
    }

    private void withAddress(String name, MemorySegment argument) {
        check(name, () -> (int) ADDRESS_ONLY.invokeExact(function(name), argument));
    }

    private void withAddresses(String name, MemorySegment first, MemorySegment second) {
        check(name, () -> (int) ADDRESS_ADDRESS.invokeExact(function(name), first, second));
    }
}
