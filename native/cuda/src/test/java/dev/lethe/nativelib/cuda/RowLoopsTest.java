package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The loops of the kernels that wait for memory most, as compiled: whether as many loads are on their way at once as
 * these were written for. The compiler may put a load behind the wait for another, which no result shows.
 */
@Tag("slow")
class RowLoopsTest {
    private static final int LOAD_BITS = 128; // what one thread loads at once

    /** The loops with such loads, by the least number of them that each has on their way, in ascending order. */
    private static final List<Loops> EXPECTED = List.of(
            // four rows; or two, and two of the residual
            new Loops("norm_(f32|bf16)_wide", 4, 4),
            // of four rows input and gradient; or of two also the second gradient, the output, or both
            new Loops("norm_gradient_(f32|bf16)_wide", 6, 6, 8, 8),
            // of four rows input and gradient; or of two also the second gradient
            new Loops("told_norm_gradient_(f32|bf16)_wide", 6, 8),
            // the same, and the sums of eight blocks
            new Loops("norm_sums_(f32|bf16)_wide", 6, 6, 8, 8, 8),
            new Loops("told_norm_sums_(f32|bf16)_wide", 6, 8, 8), new Loops("(told_)?norm_sums_(f32|bf16)", 8),
            // four rows, and the sums of eight blocks, some of whose loads wait for others to save registers
            new Loops("statistics_bf16_wide", 4, 5), new Loops("statistics_f32_wide", 4, 6),
            new Loops("column_sums_f32_wide", 4, 5), new Loops("column_sums_bf16_wide", 4, 6),
            new Loops("(statistics|column_sums)_(f32|bf16)", 6));

    /** The kernels whose loops were not written for a number of loads. A new kernel is to be named here or above. */
    private static final Pattern OTHERS = Pattern.compile(
            "(max_pool|average_pool|global_average|scale|mean|add|relu|gelu)(_gradient)?(_f32|_bf16){1,2}(_wide)?");

    private record Loops(Pattern kernels, List<Integer> loads) {
        Loops(String kernels, Integer... loads) {
            this(Pattern.compile(kernels), List.of(loads));
        }

        boolean has(String kernel) {
            return kernels.matcher(kernel).matches();
        }

        boolean areIn(List<Integer> found) {
            return found.size() == loads.size()
                    && IntStream.range(0, found.size()).allMatch(i -> found.get(i) >= loads.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90"})
    void shouldHaveTheLoadsOnTheirWayThatTheyWereWrittenFor(String architecture) {
        CudaCompilers.cubins(KernelSources.all(), architecture).forEach((compiler, cubin) -> {
            Map<String, String> wrong = new TreeMap<>();
            Set<Loops> seen = new HashSet<>();
            for (Cubin.Kernel kernel : Cubin.kernels(cubin).values()) {
                if (OTHERS.matcher(kernel.name()).matches()) {
                    continue;
                }
                List<Integer> found = SassLoop.of(kernel).stream().filter(loop -> loop.loads(LOAD_BITS) > 0)
                        .map(loop -> loop.loadsInFlight(LOAD_BITS)).sorted().toList();
                List<Loops> expected = EXPECTED.stream().filter(loops -> loops.has(kernel.name())).toList();
                seen.addAll(expected);
                if (expected.isEmpty() ? !found.isEmpty() : !expected.stream().allMatch(loops -> loops.areIn(found))) {
                    wrong.put(kernel.name(), found + " in place of " + expected.stream().map(Loops::loads).toList());
                }
            }
            assertEquals(Map.of(), wrong, compiler);
            assertEquals(Set.copyOf(EXPECTED), seen, compiler + " made no kernel of some name");
        });
    }
}
