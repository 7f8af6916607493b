package dev.lethe.kernels.simd.product;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WeightCopyTest {
    static Stream<Arguments> orders() {
        List<WeightShape> shapes = List.of(new WeightShape(List.of(1)), new WeightShape(List.of(300)),
                new WeightShape(List.of(7, 5)), new WeightShape(List.of(130, 65)),
                new WeightShape(List.of(10, 3, 2, 3)), new WeightShape(List.of(65, 129, 1, 1)),
                new WeightShape(List.of(20, 33, 3, 3)), new WeightShape(List.of(3, 20, 17, 3, 3)));
        return shapes.stream().flatMap(shape -> possible(shape)
                .flatMap(from -> possible(shape).map(to -> Arguments.of(shape, from, to))));
    }

    private static Stream<WeightOrder> possible(WeightShape shape) {
        return Arrays.stream(WeightOrder.values()).filter(order -> shape.groups() == 1
                || order != WeightOrder.INPUTS_LAST && order != WeightOrder.IMAGE_PANELS);
    }

    /** Every weight, numbered, comes to the place that its order says, and no two share one. */
    @ParameterizedTest
    @MethodSource("orders")
    void shouldBringEveryWeightToItsPlace(WeightShape shape, WeightOrder fromOrder, WeightOrder toOrder) {
        OrderedWeights from = new OrderedWeights(shape, fromOrder);
        OrderedWeights to = new OrderedWeights(shape, toOrder);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment source = arena.allocate(from.bytes() + 8, 8);
            MemorySegment target = arena.allocate(to.bytes() + 12, 8);
            each(shape, (g, o, i, t, number) -> source.set(JAVA_FLOAT, 8 + from.offset(g, o, i, t), number));
            new WeightCopy(from, to).run(source, 8, target, 12);
            Set<Long> places = new HashSet<>();
            each(shape, (g, o, i, t, number) -> {
                long place = to.offset(g, o, i, t);
                places.add(place);
                assertEquals(number, target.get(JAVA_FLOAT, 12 + place), "weight " + List.of(g, o, i, t));
            });
            assertEquals(shape.elements(), places.size());
        }
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(int group, int output, int input, int tap, int number);
    }

    private static void each(WeightShape shape, Visitor visitor) {
        int number = 1;
        for (int g = 0; g < shape.groups(); g++) {
            for (int o = 0; o < shape.outputs(); o++) {
                for (int i = 0; i < shape.inputs(); i++) {
                    for (int t = 0; t < shape.height() * shape.width(); t++) {
                        visitor.visit(g, o, i, t, number++);
                    }
                }
            }
        }
    }

    @Test
    void shouldRefuseOtherShapesAndOrdersWithoutGroups() {
        WeightShape grouped = new WeightShape(List.of(2, 3, 4, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new OrderedWeights(grouped, WeightOrder.INPUTS_LAST));
        assertThrows(IllegalArgumentException.class,
                () -> new WeightCopy(new OrderedWeights(grouped, WeightOrder.PLAIN),
                        new OrderedWeights(new WeightShape(List.of(6, 4)), WeightOrder.PLAIN)));
    }
}
