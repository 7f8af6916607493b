package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.BackendFailedException;
import dev.lethe.kernels.BackendProvider.Availability;
import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on whether this machine can run the GPU backend, made once, since a class that failed to load fails
 * differently later. The driver is asked before any CUDA library is loaded.
 */
final class CudaMachine {
    /**
     * The environment variable that makes each call be waited for, so that a failure names its call: slow, for
     * debugging. Empty or 0 counts as not set.
     */
    static final String EAGER_VARIABLE = "LETHE_CUDA_EAGER";
    /** The environment variable that names the file for the times of a step's calls, see {@link StepProfile}. */
    static final String PROFILE_VARIABLE = "LETHE_CUDA_PROFILE";
    /** The least version of the driver: 1000 times the major version of CUDA that the libraries are for. */
    private static final int DRIVER = 13_000;
    private static final int OLDEST_CAPABILITY = 75; // of CUDA 13
    private static final int CAPABILITY_MAJOR = 75; // CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_...
    private static final int CAPABILITY_MINOR = 76;
    private static final String DRIVER_REMEDY = "install NVIDIA's driver 580 or later, or choose the backend cpu";

    private final Availability availability;
    private final @Nullable CudaDriver driver; // where the backend is available
    private final @Nullable CudaLibraries libraries; // where the backend is available

    private CudaMachine(Availability availability, @Nullable CudaDriver driver, @Nullable CudaLibraries libraries) {
        this.availability = availability;
        this.driver = driver;
        this.libraries = libraries;
    }

    /** The holder of the verdict, which is made when it is first asked for. */
    private static final class Here {
        static final CudaMachine MACHINE = probe(System.getenv());
    }

    /** Returns the machine that this process runs on. */
    static CudaMachine here() {
        return Here.MACHINE;
    }

    private static CudaMachine unavailable(String reason, String remedy) {
        return new CudaMachine(new Unavailable(reason, remedy), null, null);
    }

    static CudaMachine probe(Map<String, String> environment) {
        CudaDriver driver;
        try {
            driver = new CudaDriver(isOn(environment.get(EAGER_VARIABLE)));
        } catch (IllegalArgumentException _) { // how the JDK says that there is no such library
            return unavailable("there is no NVIDIA driver (" + CudaDriver.LIBRARY + " was not found)", DRIVER_REMEDY);
        } catch (BackendFailedException e) {
            return doesNotWork(e);
        }
        try {
            return probe(driver, environment);
        } catch (BackendFailedException e) {
            return doesNotWork(e);
        }
    }

    /** Tells whether the value of an environment variable switches something on. */
    static boolean isOn(@Nullable String value) {
        return value != null && !value.isBlank() && !value.strip().equals("0");
    }

    private static CudaMachine doesNotWork(BackendFailedException failure) {
        return unavailable("the NVIDIA driver does not work (" + failure.getMessage() + ")", DRIVER_REMEDY);
    }

    private static CudaMachine probe(CudaDriver driver, Map<String, String> environment) {
        int error = driver.initialise();
        if (error == CudaDriver.NO_DEVICE || error == 0 && driver.deviceCount() == 0) {
            return unavailable("the NVIDIA driver has no device to offer",
                    "see whether nvidia-smi lists one, and whether CUDA_VISIBLE_DEVICES hides it");
        }
        if (error != 0) {
            return unavailable("the NVIDIA driver does not start (" + driver.describe(error) + ")",
                    "see whether nvidia-smi works");
        }
        int version = driver.version();
        if (version < DRIVER) {
            return unavailable("the NVIDIA driver is for CUDA " + version / 1000 + "." + version % 1000 / 10
                    + ", too old for CUDA 13", DRIVER_REMEDY);
        }
        return tooOld(driver, 0).map(reason -> unavailable(reason, "choose the backend cpu"))
                .orElseGet(() -> withLibraries(driver, version, environment));
    }

    /** Returns the reason why a device cannot be used; empty if it can. */
    private static Optional<String> tooOld(CudaDriver driver, int index) {
        int device = driver.device(index);
        int capability = 10 * driver.attribute(CAPABILITY_MAJOR, device)
                + driver.attribute(CAPABILITY_MINOR, device);
        return capability >= OLDEST_CAPABILITY
                ? Optional.empty()
                : Optional.of(driver.deviceName(device) + " has compute capability " + capability / 10 + "."
                        + capability % 10 + ", CUDA 13 needs 7.5 or later");
    }

    /** Describes the devices and the driver for users. */
    private static String hardware(CudaDriver driver, int version) {
        return IntStream.range(0, driver.deviceCount()).mapToObj(driver::device).map(driver::deviceName)
                .collect(Collectors.joining(", ")) + "; driver for CUDA " + version / 1000 + "."
                + version % 1000 / 10;
    }

    private static CudaMachine withLibraries(CudaDriver driver, int version, Map<String, String> environment) {
        CudaLibraries libraries;
        try {
            libraries = CudaLibraries.load(environment);
        } catch (CudaLibraries.MissingException e) {
            return unavailable(e.getMessage() + " (" + hardware(driver, version) + ")",
                    "install the CUDA 13 toolkit and cuDNN 9 (or pip's nvidia-cudnn-cu13) and name their folders in "
                            + CudaLibraries.PATH_VARIABLE);
        }
        try {
            loadBindings(libraries);
        } catch (TypeNotPresentException e) { // JavaCPP's way to say that a module was not resolved
            return unavailable("the modules of CUDA's bindings are not resolved (" + e.getMessage() + "; "
                    + hardware(driver, version) + ")", "start java with --add-modules=ALL-MODULE-PATH");
        } catch (LinkageError e) {
            return unavailable("the bindings of cuDNN could not be loaded (" + e.getMessage() + "; "
                    + hardware(driver, version) + ")",
                    "use the libraries of CUDA 13 and cuDNN 9.19 or later");
        }
        return new CudaMachine(new Available("%s; cuDNN %s; libraries from %s".formatted(hardware(driver, version),
                CudnnConvolutions.version(), places(libraries))), driver, libraries);
    }

    /** Loads JavaCPP's bindings; the libraries under them are loaded already. */
    static void loadBindings(CudaLibraries libraries) {
        Set<String> folders = folders(libraries);
        if (!folders.isEmpty() && System.getProperty("org.bytedeco.javacpp.platform.linkpath") == null) {
            System.setProperty("org.bytedeco.javacpp.platform.linkpath", String.join(File.pathSeparator,
                    folders));
        }
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0"); // CUDA maps much that takes no memory
        }
        Loader.load(cudnn.class);
    }

    private static String places(CudaLibraries libraries) {
        Set<String> folders = folders(libraries);
        return folders.isEmpty() ? "the system" : String.join(", ", folders);
    }

    /** Returns the folders of the libraries that the system's loader did not find. */
    private static Set<String> folders(CudaLibraries libraries) {
        return libraries.places().values().stream().map(Path::of).map(Path::getParent).filter(Objects::nonNull)
                .map(Path::toString).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    Availability availability() {
        return availability;
    }

    /**
     * Opens a device.
     *
     * @throws IllegalArgumentException if there is no device of that index, or it cannot be used
     * @throws IllegalStateException if the backend is not available
     */
    CudaDevice open(int index) {
        if (driver == null || libraries == null) {
            throw new IllegalStateException("the GPU backend is not available: " + availability);
        }
        int count = driver.deviceCount();
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("there is no GPU of index=" + index + ": this machine has "
                    + (count == 1 ? "one, 0" : count + ", 0 to " + (count - 1)));
        }
        tooOld(driver, index).ifPresent(reason -> {
            throw new IllegalArgumentException("GPU of index=" + index + ", " + reason + ": choose another");
        });
        KernelCompiler compiler = new KernelCompiler(libraries.lookup(CudaLibraries.COMPILER));
        CudaDevice.Debugging debugging = new CudaDevice.Debugging(isOn(System.getenv(EAGER_VARIABLE)),
                Optional.ofNullable(System.getenv(PROFILE_VARIABLE)).filter(name -> !name.isBlank()).map(Path::of));
        return new CudaDevice(driver, index, debugging,
                architecture -> CompiledKernels.of(compiler, architecture, CompiledKernels.defaultFolder()));
    }
}
