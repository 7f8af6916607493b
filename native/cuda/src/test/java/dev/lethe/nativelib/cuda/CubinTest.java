package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reading of machine code, on kernels of which it is known what has to be found, and on all of Lethe's where the
 * compiler tells the same twice.
 */
class CubinTest {
    // Instructions that nvcc 13.0 made, by their low and high words.
    private static final SassInstruction LOAD_4 = new SassInstruction(90, 0x0000000404047981L, 0x000ea2000c1e1d00L);
    private static final SassInstruction LOAD_8 = new SassInstruction(90, 0x000000041c087981L, 0x0000e2000c1e1d00L);
    private static final SassInstruction WAIT_FOR_2 = new SassInstruction(90, 0x000000051b1b7824L, 0x004fca00078e0204L);
    private static final SassInstruction WAIT_FOR_3 = new SassInstruction(90, 0x0000000507077824L, 0x008fca00078e0208L);
    private static final SassInstruction NOTHING = new SassInstruction(90, 0x0000000000007918L, 0x000fc00000000000L);
    private static final SassInstruction END = new SassInstruction(90, 0x000000000000794dL, 0x000fea0003800000L);
    /** The load's bits, and how many of them each loop has, and has on their way at once. */
    private static final Map<String, List<String>> LOOPS = new TreeMap<>(Map.of(
            "without_loop", List.of(), "one_load", List.of("1 of 1 of 128 bits"),
            "four_loads", List.of("4 of 4 of 128 bits"),
            "two_loads_one_after_the_other", List.of("1 of 2 of 128 bits"),
            "three_loads_of_32_bits", List.of("3 of 3 of 32 bits"),
            "two_loads_of_64_bits", List.of("2 of 2 of 64 bits"), "a_load_of_16_bits", List.of("1 of 1 of 16 bits"),
            "a_load_of_8_bits", List.of("1 of 1 of 8 bits"),
            "loop_in_a_loop", List.of("1 of 1 of 128 bits", "2 of 2 of 128 bits"),
            "one_loop_or_the_other", List.of("1 of 1 of 128 bits", "2 of 2 of 128 bits")));

    @Test
    void shouldReadInstructions() {
        assertTrue(LOAD_4.isGlobalLoad());
        assertEquals(List.of(4, 128, 2), List.of(LOAD_4.register(), LOAD_4.loadedBits(), LOAD_4.barrier()));
        assertEquals(List.of(8, 128, 3), List.of(LOAD_8.register(), LOAD_8.loadedBits(), LOAD_8.barrier()));
        assertEquals(List.of(2), IntStream.range(0, 6).filter(WAIT_FOR_2::waitsFor).boxed().toList());
        assertEquals(-0x220, new SassInstruction(90, 0xfffffffc00788947L, 0x000fec000383ffffL).branchBytes());
        assertEquals(0x350, new SassInstruction(90, 0x0000000000d40947L, 0x000fea0003800000L).branchBytes());
        assertEquals(-0x90, new SassInstruction(80, 0xffffff7000008947L, 0x000fea000383ffffL).branchBytes());
        assertEquals(0x320, new SassInstruction(75, 0x0000032000000947L, 0x000fea0003800000L).branchBytes());
        assertThrows(IllegalArgumentException.class, NOTHING::barrier);
    }

    /** The branches here are put together as the compiler's are. */
    private static SassInstruction branch(boolean always, int instructions) {
        long units = 4L * instructions;
        return new SassInstruction(90, 0x0947 | (always ? 0x7000 : 0) | (units & 0xFF) << 16 | units >> 8 << 34,
                0x000fea0003800000L | units >> 38 & 0x3FFFF);
    }

    private static List<String> loops(SassInstruction... text) {
        return loops(new Cubin.Kernel("made here", 32, 0, List.of(), List.of(text)), 128);
    }

    private static List<String> loops(Cubin.Kernel kernel, int bits) {
        return SassLoop.of(kernel).stream().filter(loop -> loop.loads(bits) > 0)
                .map(loop -> loop.loadsInFlight(bits) + " of " + loop.loads(bits) + " of " + bits + " bits").sorted()
                .toList();
    }

    @Test
    void shouldCountLoadsUntilOneIsWaitedFor() {
        SassInstruction back = branch(false, -5);
        assertEquals(List.of("2 of 2 of 128 bits"), loops(LOAD_4, LOAD_8, WAIT_FOR_2, WAIT_FOR_3, back, END));
        assertEquals(List.of("1 of 2 of 128 bits"), loops(LOAD_4, WAIT_FOR_2, LOAD_8, WAIT_FOR_3, back, END));
        assertEquals(List.of("1 of 2 of 128 bits"), loops(WAIT_FOR_3, LOAD_4, WAIT_FOR_2, LOAD_8, back, END));
        assertEquals(List.of("2 of 2 of 128 bits"), loops(LOAD_4, WAIT_FOR_2, LOAD_8, NOTHING, back, END),
                "the second is not waited for before the first comes again");
        assertEquals(List.of(), loops(LOAD_4, LOAD_8, WAIT_FOR_2, WAIT_FOR_3, branch(false, 0), END));
        assertEquals(List.of("1 of 1 of 128 bits"),
                loops(LOAD_4, WAIT_FOR_2, LOAD_8, WAIT_FOR_3, branch(false, -3), END));
    }

    @Test
    void shouldNotAddUpLoadsOnEitherSideOfABranch() {
        assertEquals(List.of("1 of 2 of 128 bits"), loops(branch(false, 2), LOAD_4, branch(true, 1), LOAD_8, WAIT_FOR_2,
                WAIT_FOR_3, branch(false, -7), END));
        assertEquals(List.of("2 of 2 of 128 bits"),
                loops(branch(false, 2), LOAD_4, branch(false, 1), LOAD_8, WAIT_FOR_2,
                        WAIT_FOR_3, branch(false, -7), END));
    }

    @Test
    void shouldRefuseABranchOutOfTheKernel() {
        assertThrows(IllegalArgumentException.class, () -> loops(LOAD_4, branch(false, 1)));
        assertThrows(IllegalArgumentException.class, () -> loops(branch(false, -2), END));
    }

    @Test
    void shouldRefuseWhatIsNoCubin() {
        assertThrows(IllegalArgumentException.class, () -> Cubin.kernels(new byte[]{1, 2, 3}));
        byte[] elf = new byte[64];
        System.arraycopy(new byte[]{0x7F, 'E', 'L', 'F', 2, 1}, 0, elf, 0, 6);
        elf[18] = 62; // x86-64
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Cubin.kernels(elf)).getMessage()
                .contains("machine 62"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    void shouldFindLoopsAndLoadsInFlight(String architecture) {
        CudaCompilers.cubins(CudaProbes.source(), architecture).forEach((compiler, cubin) -> {
            Map<String, Cubin.Kernel> kernels = Cubin.kernels(cubin);
            Map<String, List<String>> found = new TreeMap<>();
            for (String name : LOOPS.keySet()) {
                found.put(name, IntStream.of(8, 16, 32, 64, 128)
                        .mapToObj(bits -> loops(kernels.get(name), bits)).flatMap(List::stream).toList());
            }
            assertEquals(LOOPS, found, compiler);
            assertThrows(IllegalArgumentException.class, () -> SassLoop.of(kernels.get("branch_by_table")),
                    "ways through it are not known");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    void shouldFindVariablesInMemory(String architecture) {
        CudaCompilers.cubins(CudaProbes.source(), architecture).forEach((compiler, cubin) -> {
            Map<String, Cubin.Kernel> kernels = Cubin.kernels(cubin);
            assertEquals(List.of("array_in_memory", "spilling"), kernels.values().stream()
                    .filter(Cubin.Kernel::keepsVariablesInMemory).map(Cubin.Kernel::name).toList(), compiler);
            for (String name : List.of("array_in_memory", "spilling")) {
                assertTrue(kernels.get(name).frameBytes() > 0, name);
                assertTrue(kernels.get(name).text().stream().anyMatch(SassInstruction::isLocalLoad), name);
                assertTrue(kernels.get(name).text().stream().anyMatch(SassInstruction::isLocalStore), name);
            }
            assertEquals(128, kernels.get("array_in_memory").frameBytes(), compiler);
            assertEquals(64, kernels.get("spilling").registers(), compiler);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    void shouldReadTheProbesConsistently(String architecture) {
        CudaCompilers.cubins(CudaProbes.source(), architecture).forEach(CubinTest::assertConsistent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    @Tag("slow")
    void shouldReadTheKernelsConsistently(String architecture) {
        CudaCompilers.cubins(KernelSources.all(), architecture).forEach(CubinTest::assertConsistent);
    }

    /** Checks what a cubin tells twice: where a kernel ends, where branches lead, and the registers. */
    private static void assertConsistent(String compiler, byte[] cubin) {
        Map<String, Cubin.Kernel> kernels = Cubin.kernels(cubin);
        assertTrue(kernels.size() > 5, compiler + " made " + kernels.keySet());
        for (Cubin.Kernel kernel : kernels.values()) {
            String of = kernel.name() + " by " + compiler;
            List<Integer> exits = new ArrayList<>();
            int lastRegister = 0;
            for (int i = 0; i < kernel.text().size(); i++) {
                SassInstruction instruction = kernel.text().get(i);
                if (instruction.isExit()) {
                    exits.add(i * SassInstruction.BYTES);
                } else if (instruction.isBranch()) {
                    kernel.target(i); // throws if that is no instruction
                } else if (instruction.isGlobalLoad()) {
                    assertTrue(instruction.barrier() < 6, of);
                    lastRegister = Math.max(lastRegister, instruction.register()
                            + Math.ceilDiv(instruction.loadedBits(), Integer.SIZE) - 1);
                }
            }
            assertEquals(kernel.exits(), exits, of);
            assertBarriersAreConsistent(kernel, of);
            assertTrue(lastRegister < kernel.registers(), of + ": " + lastRegister + " of " + kernel.registers());
        }
    }

    /** Checks that a barrier is waited for if a load raises it, and only if some instruction does. */
    private static void assertBarriersAreConsistent(Cubin.Kernel kernel, String of) {
        for (int barrier = 0; barrier < 6; barrier++) {
            int number = barrier;
            boolean loads = kernel.text().stream().anyMatch(i -> i.isGlobalLoad() && i.barrier() == number);
            boolean raised = kernel.text().stream().anyMatch(i -> i.raises(number));
            boolean waitedFor = kernel.text().stream().anyMatch(i -> i.waitsFor(number));
            assertTrue(loads ? waitedFor : raised || !waitedFor, of + ": barrier " + barrier);
        }
    }
}
