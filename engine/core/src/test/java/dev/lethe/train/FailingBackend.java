package dev.lethe.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendFailedException;
import dev.lethe.kernels.Program;
import dev.lethe.kernels.reference.ReferenceBackend;
import dev.lethe.kernels.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Backend of which one call, also of its programs, fails; it keeps count of the programs and memory that were opened,
 * bound and closed.
 */
public final class FailingBackend {
    private final Backend backend;
    private final int failing;
    private final boolean closingFails;
    private final BackendFailedException failure = new BackendFailedException("the device is lost");
    private final Map<Program, Integer> closings = new IdentityHashMap<>();
    private final List<MemorySegment> bound = new ArrayList<>();
    private int calls;

    private FailingBackend(Backend backend, int failing, boolean closingFails) {
        this.backend = backend;
        this.failing = failing;
        this.closingFails = closingFails;
    }

    /**
     * Opens an object again and again, each time with another failing call of the backend, until no call is left;
     * verifies that each failure is thrown unchanged, and that nothing stays open.
     *
     * @param make opens the object on a backend
     * @param close closes the object
     * @return number of calls that opening takes
     */
    public static <T> int requireNothingIsLeft(Function<Backend, T> make, Consumer<T> close) {
        return requireNothingIsLeft(new ReferenceBackend(), make, close);
    }

    static <T> int requireNothingIsLeft(Backend backend, Function<Backend, T> make, Consumer<T> close) {
        for (int failing = 0;; failing++) {
            FailingBackend tried = new FailingBackend(backend, failing, false);
            try {
                T opened = make.apply(tried.backend());
                assertTrue(tried.calls <= failing, "call " + failing + " failed, and nobody noticed");
                assertFalse(tried.closings.isEmpty());
                assertTrue(tried.bound.stream().allMatch(memory -> memory.scope().isAlive()));
                close.accept(opened);
                close.accept(opened); // does nothing
                tried.requireAllClosed("closed after " + failing + " calls");
                return tried.calls;
            } catch (BackendFailedException e) {
                assertSame(tried.failure, e);
                assertEquals(0, e.getSuppressed().length);
                tried.requireAllClosed("call " + failing + " failed");
            }
        }
    }

    /** Verifies that closing continues after a program fails to close. */
    public static <T> void requireAllAreClosedThoughOneFails(Function<Backend, T> make, Consumer<T> close) {
        FailingBackend tried = new FailingBackend(new ReferenceBackend(), Integer.MAX_VALUE, true);
        T opened = make.apply(tried.backend());
        assertSame(tried.failure, assertThrows(BackendFailedException.class, () -> close.accept(opened)));
        tried.requireAllClosed("closing failed");
    }

    private void requireAllClosed(String when) {
        closings.values().forEach(times -> assertEquals(1, times, when + ": a program was not closed once"));
        for (MemorySegment memory : bound) {
            assertFalse(memory.scope().isAlive(), when + ": memory that was bound is not given back");
        }
    }

    private Backend backend() {
        return failing(Backend.class, backend);
    }

    @SuppressWarnings("unchecked")
    private <T> T failing(Class<T> type, T target) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                (_, method, arguments) -> call(target, method, arguments));
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (target instanceof Program program && method.getName().equals("close")) {
            closings.merge(program, 1, Integer::sum);
            program.close();
            if (closingFails) {
                throw failure;
            }
            return null;
        }
        if (method.getName().equals("bind")) {
            keep((Tensor) arguments[0], (MemorySegment) arguments[1]);
        }
        if (calls++ == failing) {
            throw failure;
        }
        try {
            Object result = method.invoke(target, arguments);
            if (result instanceof Program program) {
                closings.put(program, 0);
                return failing(Program.class, program);
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Remembers memory that was bound, except images and labels, which belong to the data set. */
    private void keep(Tensor tensor, MemorySegment memory) {
        if (!tensor.name().endsWith(".images") && !tensor.name().endsWith(".labels")) {
            bound.add(memory);
        }
    }
}
