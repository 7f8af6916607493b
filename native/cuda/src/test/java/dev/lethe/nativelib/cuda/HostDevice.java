package dev.lethe.nativelib.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A device that runs the sources of the CUDA kernels on the host, compiled by its C++ compiler (see {@code host.h}), so
 * that everything except the driver and cuDNN is tested without a GPU. Copies and kernels are trusted; a
 * {@link GuardedDevice} watches them. Devices of several threads launch their kernels one after another.
 */
@SuppressWarnings("restricted")
class HostDevice implements Device {
    static final long FREE_MEMORY = 1L << 40; // whatever was allocated

    private static final int FEW = 2; // so that threads go on to further elements even in small tests

    // The kernels' threads are fibers in static variables of the library, of which a process has one.
    private static final ReentrantLock LAUNCHES = new ReentrantLock();

    private final HostConvolutions convolutions = new HostConvolutions();
    private final Map<Long, Arena> arenas = new HashMap<>();
    private final Optional<Path> profile;
    private int staged;

    HostDevice() {
        this(Optional.empty());
    }

    /** Makes a device that writes profiles to a file. */
    HostDevice(Optional<Path> profile) {
        this.profile = profile;
    }

    /** The compiled kernels; made once in a process. */
    private static final class Library {
        static final Optional<Path> COMPILER = compiler();
        static final List<String> FLAGS = List.of("-std=c++17", "-O1", "-shared", "-fPIC", "-U_FORTIFY_SOURCE", "-Wall",
                "-Werror", "-Wno-unknown-pragmas");
        static final MethodHandle LAUNCH;
        static final MethodHandle ARGUMENT_BYTES;

        static {
            SymbolLookup library = SymbolLookup.libraryLookup(compile(), Arena.global());
            LAUNCH = handle(library, "launch", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
            ARGUMENT_BYTES = handle(library, "argument_bytes", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        }

        private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor type) {
            return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
        }

        /** Compiles them, unless the tests of another module have; the file is named after its content. */
        private static Path compile() {
            try (InputStream host = HostDevice.class.getResourceAsStream("host.h")) {
                String text = new String(host.readAllBytes(), StandardCharsets.UTF_8) + KernelSources.all();
                Path shared = Files
                        .createDirectories(Path.of(System.getProperty("lethe.shared", "target")).toAbsolutePath());
                String digest = UUID.nameUUIDFromBytes((FLAGS + text).getBytes(StandardCharsets.UTF_8)).toString();
                Path done = shared.resolve("libkernels-" + digest + ".so");
                if (Files.exists(done)) {
                    return done;
                }
                Path folder = Files.createTempDirectory(shared, "kernels");
                Path source = Files.writeString(folder.resolve("kernels.cpp"), text);
                Path library = folder.resolve("libkernels.so");
                List<String> command = new ArrayList<>(List.of(COMPILER.orElseThrow().toString()));
                command.addAll(FLAGS);
                command.addAll(List.of("-o", library.toString(), source.toString()));
                Process process = new ProcessBuilder(command).inheritIO().start();
                if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    throw new IllegalStateException("the kernels do not compile for the host");
                }
                return Files.move(library, done, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted while compiling", e);
            }
        }
    }

    private static Optional<Path> compiler() {
        return Optional.of(Path.of("/usr/bin/g++")).filter(Files::isExecutable);
    }

    /** Tells whether there is a compiler for the host. */
    static boolean available() {
        return compiler().isPresent();
    }

    /** Returns the number of batches that were sent through slots. */
    int staged() {
        return staged;
    }

    @Override
    public long freeMemory() {
        return FREE_MEMORY;
    }

    @Override
    public Staging stage(long address, int slots, long slotBytes) {
        return new HostStaging(address, slots, slotBytes);
    }

    /**
     * Slots that refuse calls out of turn, and whose content is destroyed when its work is done, on the device and on
     * the host.
     */
    private final class HostStaging implements Staging {
        private static final byte GONE = (byte) 0xA5;

        private final Arena arena = Arena.ofConfined();
        private final MemorySegment host;
        private final MemorySegment device;
        private final int slots;
        private final long slotBytes;
        private int slot = -1;
        private String turn = "next";

        HostStaging(long address, int slots, long slotBytes) {
            host = arena.allocate(slots * slotBytes);
            device = at(address, slots * slotBytes);
            this.slots = slots;
            this.slotBytes = slotBytes;
        }

        private void take(String call, String then) {
            if (!turn.equals(call)) {
                throw new IllegalStateException(call + " where the turn is " + turn);
            }
            turn = then;
        }

        private MemorySegment slotOf(MemorySegment memory) {
            return memory.asSlice(slot * slotBytes, slotBytes);
        }

        @Override
        public MemorySegment next() {
            take("next", "send");
            slot = (slot + 1) % slots;
            return slotOf(host);
        }

        @Override
        public int send(long bytes) {
            take("send", "done");
            slotOf(device).asSlice(0, bytes).copyFrom(slotOf(host).asSlice(0, bytes));
            staged++;
            return slot;
        }

        @Override
        public void done() {
            take("done", "next");
            slotOf(host).fill(GONE);
            slotOf(device).fill(GONE);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    /** Returns the number of blocks of memory that have not been freed. */
    int live() {
        return arenas.size();
    }

    @Override
    public String name() {
        return "host";
    }

    @Override
    public boolean hasBFloat16() {
        return true;
    }

    @Override
    public int multiprocessors() {
        return FEW;
    }

    @Override
    public int blocksAtOnce(String kernel) {
        return FEW;
    }

    @Override
    public String architecture() {
        return "host";
    }

    @Override
    public long allocate(long bytes) {
        Arena arena = Arena.ofConfined();
        long address = arena.allocate(bytes, ALIGNMENT).address();
        arenas.put(address, arena);
        return address;
    }

    @Override
    public void free(long address) {
        arenas.remove(address).close();
    }

    static MemorySegment at(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void upload(MemorySegment from, long to) {
        at(to, from.byteSize()).copyFrom(from);
    }

    @Override
    public void download(long from, MemorySegment to) {
        to.copyFrom(at(from, to.byteSize()));
    }

    @Override
    public void clear(long address, long bytes) {
        at(address, bytes).fill((byte) 0);
    }

    @Override
    public void store(long address, int value) {
        at(address, Integer.BYTES).set(JAVA_INT, 0, value);
    }

    @Override
    public void load(String kernel) {
        try (Arena scratch = Arena.ofConfined()) {
            if ((int) Library.ARGUMENT_BYTES.invokeExact(scratch.allocateFrom(kernel)) < 0) {
                throw new IllegalArgumentException("there is no kernel " + kernel);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void launch(String kernel, Grid grid, MemorySegment arguments) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment name = scratch.allocateFrom(kernel);
            int bytes = (int) Library.ARGUMENT_BYTES.invokeExact(name);
            if (bytes != arguments.byteSize()) {
                throw new IllegalArgumentException("kernel " + kernel + " takes " + bytes + " bytes of arguments, not "
                        + arguments.byteSize());
            }
            LAUNCHES.lock();
            try {
                Library.LAUNCH.invokeExact(name, grid.x(), grid.y(), arguments);
            } finally {
                LAUNCHES.unlock();
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Recording record(List<DeviceCall> calls) {
        return new Recording() {
            @Override
            public void run() {
                calls.forEach(DeviceCall::enqueue);
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }

    @Override
    public float[] times(List<DeviceCall> calls) {
        float[] milliseconds = new float[calls.size()];
        for (int i = 0; i < milliseconds.length; i++) {
            long begin = System.nanoTime();
            calls.get(i).enqueue();
            milliseconds[i] = (System.nanoTime() - begin) / 1e6f;
        }
        return milliseconds;
    }

    @Override
    public Optional<Path> profile() {
        return profile;
    }

    @Override
    public DeviceConvolutions convolutions() {
        return convolutions;
    }

    @Override
    public void synchronize() {
        // everything is done at once
    }

    @Override
    public void close() {
        if (!arenas.isEmpty()) {
            throw new IllegalStateException(arenas.size() + " blocks of memory were not given back");
        }
    }
}
