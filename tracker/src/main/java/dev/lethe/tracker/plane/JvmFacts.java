package dev.lethe.tracker.plane;

import java.util.Optional;

/**
 * The facts about a JVM that decide whether it compiles the Vector API to vector instructions. Where it does not, every
 * vector is an object on the heap, and the vector kernels are far slower than their scalar twin.
 *
 * @param vectorModule
 *            whether the JVM was started with the module of the Vector API
 * @param name
 *            the name of the JVM: the system property {@code java.vm.name}
 * @param info
 *            the mode of compilation: the system property {@code java.vm.info}
 * @param flags
 *            the JVM's flags
 */
record JvmFacts(boolean vectorModule, String name, String info, Flags flags) {
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final String NEEDS_C2 = "the vector kernels need the C2 compiler, and this JVM has ";
    /** The level of tiered compilation at which C2 compiles. */
    private static final int C2_LEVEL = 4;

    /** The flags of a JVM, as {@code java -XX:+PrintFlagsFinal} lists them. */
    @FunctionalInterface
    interface Flags {
        /** Returns the value of a flag; empty where the JVM has no such flag, or does not tell. */
        Optional<String> value(String name);

        /** Tells whether a flag is known to have a value. */
        default boolean has(String name, String value) {
            return value(name).filter(value::equals).isPresent();
        }
    }

    /** Returns the facts about the JVM that runs this. */
    static JvmFacts ofThisJvm() {
        return new JvmFacts(ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent(),
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.info"), HotSpotFlags::value);
    }

    /**
     * Returns the reason why the JVM cannot run vector kernels at the speed of vectors, with the remedy; empty where it
     * can.
     */
    Optional<String> obstacle() {
        if (!vectorModule) {
            return Optional.of("the vector kernels need the module " + VECTOR_MODULE
                    + ": start java with --add-modules=" + VECTOR_MODULE);
        }
        if (!name.contains("Server VM")) {
            return Optional.of(NEEDS_C2 + "java.vm.name=" + name + ": run a JDK with HotSpot's Server VM");
        }
        return compilation();
    }

    /** Returns the reason why the JVM does not compile vectors, found in its mode of compilation and its flags. */
    private Optional<String> compilation() {
        if (info.contains("interpreted mode")) {
            return Optional.of(NEEDS_C2 + "java.vm.info=" + info + ": start java without -Xint");
        }
        Optional<String> level = flags.value("TieredStopAtLevel").filter(value -> Integer.parseInt(value) < C2_LEVEL);
        if (level.isPresent()) {
            return Optional.of(NEEDS_C2 + "TieredStopAtLevel=" + level.get() + ": start java without that flag");
        }
        if (info.contains("emulated-client")) { // only C1, also where flags are not told
            return Optional.of(NEEDS_C2 + "java.vm.info=" + info
                    + ": start java without -XX:CompilationMode and -XX:TieredStopAtLevel");
        }
        if (flags.has("UseCompiler", "false")) {
            return Optional.of(NEEDS_C2 + "UseCompiler=false: start java without that flag");
        }
        if (flags.has("UseJVMCICompiler", "true")) {
            return Optional.of(NEEDS_C2 + "UseJVMCICompiler=true: start java with -XX:-UseJVMCICompiler");
        }
        if (flags.has("EnableVectorSupport", "false")) {
            return Optional.of("the vector kernels need the compiler's support of vectors, and this JVM has "
                    + "EnableVectorSupport=false: start java without that flag");
        }
        return Optional.empty();
    }
}
