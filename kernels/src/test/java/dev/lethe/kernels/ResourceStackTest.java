package dev.lethe.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceStackTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void shouldCloseTheLastOneFirstAndEachOnce() {
        ResourceStack stack = new ResourceStack();
        for (String name : List.of("a", "b", "c")) {
            assertSame(name, stack.own(name, closed::add));
        }
        stack.close();
        stack.close();
        assertEquals(List.of("c", "b", "a"), closed);
    }

    @Test
    void shouldHandOverWhatItKeeps() {
        ResourceStack kept;
        try (ResourceStack opening = new ResourceStack()) {
            opening.own("a", closed::add);
            opening.own("b", closed::add);
            kept = opening.keep();
        }
        assertEquals(List.of(), closed);
        kept.own("c", closed::add);
        kept.close();
        assertEquals(List.of("c", "b", "a"), closed);
    }

    @Test
    void shouldCloseAllWhenSomeFail() {
        ResourceStack stack = new ResourceStack();
        Error error = new OutOfMemoryError("second");
        RuntimeException exception = new IllegalStateException("first");
        stack.own("a", closed::add);
        stack.own("b", name -> {
            closed.add(name);
            throw error;
        });
        stack.own("c", name -> {
            closed.add(name);
            throw exception;
        });
        assertSame(exception, assertThrows(IllegalStateException.class, stack::close));
        assertArrayEquals(new Throwable[]{error}, exception.getSuppressed());
        assertEquals(List.of("c", "b", "a"), closed);
        for (String name : List.of("d", "e")) { // the same failure twice
            stack.own(name, _ -> {
                throw error;
            });
        }
        assertSame(error, assertThrows(OutOfMemoryError.class, stack::close));
    }

    @Test
    void shouldCloseWhatWasOpenedBeforeAFailure() {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> {
            try (ResourceStack opening = new ResourceStack()) {
                opening.own("a", closed::add);
                throw new IllegalArgumentException("the second cannot be opened");
            }
        });
        assertEquals("the second cannot be opened", failure.getMessage());
        assertEquals(List.of("a"), closed);
    }
}
