package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.BackendFailedException;
import dev.lethe.kernels.MemoryUse;
import dev.lethe.kernels.ResourceStack;
import dev.lethe.nativelib.ffm.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * An NVIDIA GPU, used through its driver. All work goes to one stream, which waits for no other; recordings are CUDA
 * graphs.
 */
final class CudaDevice implements Device {
    private static final int MULTIPROCESSORS = 16; // CU_DEVICE_ATTRIBUTE_...
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int AMPERE = 8; // the first with bfloat16s
    private static final long MOST_LEAD_BYTES = 1L << 28; // to be cleared in 0.1 ms or more

    private final CudaDriver driver;
    private final int device;
    private final MemorySegment context; // handles of the driver, none of them memory of the host
    private final MemorySegment stream;
    private final MemorySegment module;
    private final Map<String, MemorySegment> kernels = new HashMap<>(); // handles by the kernel's name
    private final DeviceConvolutions convolutions;
    private final ResourceStack resources;
    private final Debugging debugging;
    private boolean closed;

    /**
     * The options for those who look for faults, or for time.
     *
     * @param eager whether each call is waited for instead of being recorded
     * @param profile file to which the profile of each plan goes; empty if none is wanted
     */
    record Debugging(boolean eager, Optional<Path> profile) {
        static final Debugging NONE = new Debugging(false, Optional.empty());
        static final Debugging EAGER = new Debugging(true, Optional.empty());
    }

    /**
     * Opens a device.
     *
     * @param index number of the device, in the driver's order
     * @param kernels machine code for an architecture
     */
    CudaDevice(CudaDriver driver, int index, Debugging debugging, Function<String, byte[]> kernels) {
        this(driver, index, debugging, kernels, CudnnConvolutions::of);
    }

    /**
     * Opens a device.
     *
     * @param index number of the device in the driver's order
     * @param kernels machine code for an architecture
     * @param library opens a library of convolutions on the device and its stream
     */
    CudaDevice(CudaDriver driver, int index, Debugging debugging, Function<String, byte[]> kernels,
            BiFunction<CudaDevice, MemorySegment, DeviceConvolutions> library) {
        this.driver = driver;
        this.debugging = debugging;
        device = driver.device(index);
        context = driver.retainContext(device);
        driver.use(context);
        try (ResourceStack opening = new ResourceStack(); Arena scratch = Arena.ofConfined()) {
            stream = opening.own(driver.createStream(), driver::destroyStream);
            byte[] cubin = kernels.apply(architecture());
            module = opening.own(driver.loadModule(
                    scratch.allocate(cubin.length, Long.BYTES).copyFrom(MemorySegment.ofArray(cubin))),
                    driver::unloadModule);
            convolutions = opening.own(library.apply(this, stream), DeviceConvolutions::close);
            resources = opening.keep(); // the context is never given back: libraries keep what they loaded into it
        }
    }

    @Override
    public String name() {
        return driver.deviceName(device);
    }

    @Override
    public boolean hasBFloat16() {
        return driver.attribute(CAPABILITY_MAJOR, device) >= AMPERE;
    }

    @Override
    public int multiprocessors() {
        return driver.attribute(MULTIPROCESSORS, device);
    }

    @Override
    public String architecture() {
        return "sm_" + driver.attribute(CAPABILITY_MAJOR, device) + driver.attribute(CAPABILITY_MINOR, device);
    }

    @Override
    public long allocate(long bytes) {
        driver.use(context);
        long address = driver.allocate(bytes);
        if (address == CudaDriver.NO_ADDRESS) {
            long[] memory = driver.memory();
            throw new OutOfDeviceMemoryException(
                    "%s has %s of memory free of %s, and %s more are needed: ".formatted(name(),
                            MemoryUse.text(memory[0]), MemoryUse.text(memory[1]), MemoryUse.text(bytes))
                            + "choose a smaller batch, or compute it in parts (accumulate)");
        }
        try (ResourceStack opening = new ResourceStack()) {
            opening.own(address, driver::free);
            driver.fill(address, (byte) 0, bytes, stream);
            opening.keep(); // the caller frees it
        }
        return address;
    }

    @Override
    public long freeMemory() {
        driver.use(context);
        return driver.memory()[0];
    }

    @Override
    public Staging stage(long address, int slots, long slotBytes) {
        driver.use(context);
        return new PinnedStaging(driver, context, stream, address, slots, slotBytes);
    }

    @Override
    public void free(long address) {
        try (ResourceStack freeing = new ResourceStack()) {
            freeing.own(address, driver::free); // also where the work has failed
            driver.use(context);
            driver.synchronize(stream);
        }
    }

    @Override
    public void upload(MemorySegment from, long to) {
        driver.use(context);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment memory = from.isNative()
                    ? from
                    : scratch.allocate(from.byteSize(), Long.BYTES).copyFrom(from);
            driver.copyToDevice(to, memory, stream);
            driver.synchronize(stream);
        }
    }

    @Override
    public void download(long from, MemorySegment to) {
        driver.use(context);
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment memory = to.isNative() ? to : scratch.allocate(to.byteSize(), Long.BYTES);
            driver.copyToHost(memory, from, stream);
            driver.synchronize(stream);
            if (!to.isNative()) {
                to.copyFrom(memory);
            }
        }
    }

    @Override
    public void clear(long address, long bytes) {
        driver.use(context);
        driver.fill(address, (byte) 0, bytes, stream);
    }

    @Override
    public void store(long address, int value) {
        driver.use(context);
        driver.fill(address, value, 1, stream);
    }

    @Override
    public void load(String kernel) {
        driver.use(context);
        kernels.computeIfAbsent(kernel, name -> driver.kernel(module, name));
    }

    private MemorySegment loaded(String kernel) {
        return Objects.requireNonNull(kernels.get(kernel), kernel);
    }

    @Override
    public int blocksAtOnce(String kernel) {
        return driver.blocksAtOnce(loaded(kernel), Grid.THREADS);
    }

    @Override
    public void launch(String kernel, Grid grid, MemorySegment arguments) {
        driver.launch(loaded(kernel), grid, arguments, stream);
    }

    @Override
    public Recording record(List<DeviceCall> calls) {
        driver.use(context);
        if (debugging.eager) {
            return new OneByOne(calls);
        }
        driver.beginCapture(stream);
        MemorySegment graph;
        try {
            graph = captured(calls);
        } catch (NativeException e) {
            throw new NativeException(
                    e.getMessage() + "; this call, or one before it, cannot be recorded in a CUDA graph: "
                            + "set " + CudaMachine.EAGER_VARIABLE + "=1 to train without graphs",
                    e);
        }
        try {
            return new Graph(driver.instantiate(graph));
        } finally {
            driver.destroyGraph(graph);
        }
    }

    /** Does work for a call, whose failure then names the call. */
    private static void naming(DeviceCall call, Runnable work) {
        try {
            work.run();
        } catch (NativeException e) {
            throw new NativeException(call + ": " + e.getMessage(), e);
        } catch (LostDeviceException e) {
            throw new LostDeviceException(call + ": " + e.getMessage(), e);
        }
    }

    private MemorySegment captured(List<DeviceCall> calls) {
        try {
            calls.forEach(call -> naming(call, call::enqueue));
        } catch (RuntimeException | Error e) {
            abandonCapture(e);
            throw e;
        }
        return driver.endCapture(stream);
    }

    private void abandonCapture(Throwable reason) {
        try {
            driver.destroyGraph(driver.endCapture(stream));
        } catch (BackendFailedException e) { // as it must be where a call was refused
            reason.addSuppressed(e);
        }
    }

    /** The recording of calls as a graph, which launches all of them at once. */
    private final class Graph implements Recording {
        private final MemorySegment executable;

        Graph(MemorySegment executable) {
            this.executable = executable;
        }

        @Override
        public void run() {
            driver.use(context);
            driver.launchGraph(executable, stream);
        }

        @Override
        public void close() {
            try (ResourceStack closing = new ResourceStack()) {
                closing.own(executable, driver::destroyExecutable); // also where the work has failed
                driver.use(context);
                driver.synchronize(stream);
            }
        }
    }

    /** The calls one by one, each waited for, so that a failure names its call: slow, for debugging. */
    private final class OneByOne implements Recording {
        private final List<DeviceCall> calls;

        OneByOne(List<DeviceCall> calls) {
            this.calls = List.copyOf(calls);
        }

        @Override
        public void run() {
            driver.use(context);
            for (DeviceCall call : calls) {
                naming(call, () -> {
                    call.enqueue();
                    driver.synchronize(stream);
                });
            }
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /** Copies within the device, in the order of work. */
    void copy(long from, long to, long bytes) {
        driver.use(context);
        driver.copyOnDevice(to, from, bytes, stream);
    }

    /**
     * Returns the mean time of a call in milliseconds.
     *
     * @param calls number of calls that are timed together; with more of them the host's time for one matters less
     */
    float time(DeviceCall call, int calls) {
        driver.use(context);
        try (ResourceStack events = new ResourceStack()) {
            MemorySegment from = events.own(driver.createEvent(), driver::destroyEvent);
            MemorySegment to = events.own(driver.createEvent(), driver::destroyEvent);
            driver.recordEvent(from, stream);
            for (int i = 0; i < calls; i++) {
                call.enqueue();
            }
            driver.recordEvent(to, stream);
            driver.synchronize(stream);
            return driver.elapsed(from, to) / calls;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The device is given other work first and the calls meanwhile, so that the times between them are the device's
     * own, not the host's for handing them over.
     */
    @Override
    public float[] times(List<DeviceCall> calls) {
        driver.use(context);
        try (ResourceStack held = new ResourceStack(); DeviceArena scratch = new DeviceArena(this)) {
            List<MemorySegment> events = new ArrayList<>();
            for (int i = 0; i <= calls.size(); i++) {
                events.add(held.own(driver.createEvent(), driver::destroyEvent));
            }
            long bytes = Math.min(MOST_LEAD_BYTES, freeMemory() / 8);
            long lead = scratch.allocate(bytes);
            calls.forEach(_ -> driver.fill(lead, (byte) 0, bytes, stream));
            driver.recordEvent(events.getFirst(), stream);
            for (int i = 0; i < calls.size(); i++) {
                DeviceCall call = calls.get(i);
                naming(call, call::enqueue);
                driver.recordEvent(events.get(i + 1), stream);
            }
            driver.synchronize(stream);
            float[] times = new float[calls.size()];
            for (int i = 0; i < times.length; i++) {
                times[i] = driver.elapsed(events.get(i), events.get(i + 1));
            }
            return times;
        }
    }

    @Override
    public Optional<Path> profile() {
        return debugging.profile;
    }

    @Override
    public DeviceConvolutions convolutions() {
        return convolutions;
    }

    @Override
    public void synchronize() {
        driver.use(context);
        driver.synchronize(stream);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try (resources) { // also where the work has failed
                driver.use(context);
                driver.synchronize(stream);
            }
        }
    }
}
