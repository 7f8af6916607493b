package dev.lethe.nativelib.cpu.onednn;

import dev.lethe.kernels.BackendProvider.Availability;
import dev.lethe.kernels.BackendProvider.Availability.Available;
import dev.lethe.kernels.BackendProvider.Availability.Unavailable;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;

/**
 * The oneDNN library of this process, loaded once. The verdict is kept, since a class that failed to load fails
 * differently later.
 */
public final class OneDnnLibrary {
    private static final Map<Integer, String> INSTRUCTION_SETS = Map.ofEntries(
            Map.entry(dnnl.dnnl_cpu_isa_sse41, "SSE4.1"), Map.entry(dnnl.dnnl_cpu_isa_avx, "AVX"),
            Map.entry(dnnl.dnnl_cpu_isa_avx2, "AVX2"), Map.entry(dnnl.dnnl_cpu_isa_avx2_vnni, "AVX2 with VNNI"),
            Map.entry(dnnl.dnnl_cpu_isa_avx2_vnni_2, "AVX2 with VNNI 2"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core, "AVX-512"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_vnni, "AVX-512 with VNNI"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with bf16"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_fp16, "AVX-512 with fp16"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_amx, "AVX-512 with AMX"),
            Map.entry(dnnl.dnnl_cpu_isa_avx512_core_amx_fp16, "AVX-512 with AMX fp16"));

    /** A class of the bindings, which are a module of their own on the module path. */
    private static final String BINDINGS = "org/bytedeco/dnnl/global/dnnl.class";

    private OneDnnLibrary() {}

    /** The holder of the verdict, which is made when it is first asked for. */
    private static final class Verdict {
        static final Availability AVAILABILITY = load();

        private static Availability load() {
            if (OneDnnLibrary.class.getClassLoader().getResource(BINDINGS) == null) {
                return new Unavailable("this Lethe was packed without oneDNN",
                        "choose the backend cudnn on a machine with a GPU, or vector, or take a pack that has "
                                + "oneDNN");
            }
            // All memory of the library is freed explicitly: JavaCPP need not count its bytes.
            defaultProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
            defaultProperty("org.bytedeco.javacpp.maxBytes", "0");
            try {
                Loader.load(dnnl.class);
            } catch (TypeNotPresentException e) { // JavaCPP's way to say that a module was not resolved
                return new Unavailable("the modules of oneDNN are not resolved (" + e.getMessage() + ")",
                        "start java with --add-modules=ALL-MODULE-PATH");
            } catch (LinkageError e) {
                return new Unavailable("oneDNN could not be loaded (" + e.getMessage() + ")",
                        "its natives are published for linux-x86_64, linux-arm64, macosx-arm64, macosx-x86_64 and "
                                + "windows-x86_64; build with -Djavacpp.platform=... for yours");
            }
            if (!OpenMp.found()) {
                return new Unavailable("the OpenMP runtime of oneDNN was not found", "install libgomp 1");
            }
            return new Available("oneDNN " + version() + " on " + instructionSet());
        }

        private static void defaultProperty(String name, String value) {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        }
    }

    /** Loads the library when first called, and tells whether it can be used here. */
    public static Availability availability() {
        return Verdict.AVAILABILITY;
    }

    /** Returns the version as three numbers with dots. */
    public static String version() {
        dnnl_version_t version = dnnl.dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    /** Tells whether the processor multiplies bfloat16s: without such instructions they are slower than floats. */
    public static boolean multipliesBFloat16s() {
        return (dnnl.dnnl_get_effective_cpu_isa()
                & dnnl.dnnl_cpu_isa_avx512_core_bf16) == dnnl.dnnl_cpu_isa_avx512_core_bf16;
    }

    /** Returns the instructions that the kernels use, which can be fewer than the processor has. */
    public static String instructionSet() {
        int isa = dnnl.dnnl_get_effective_cpu_isa();
        return INSTRUCTION_SETS.getOrDefault(isa, "instruction set 0x" + Integer.toHexString(isa));
    }
}
