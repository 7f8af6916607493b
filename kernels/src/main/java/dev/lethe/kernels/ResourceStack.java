package dev.lethe.kernels;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Resources that one owner opens one after the other and closes together, the last one first. A constructor that opens
 * several does so in a try statement on a stack, so that a failure closes what was opened before it, and keeps them at
 * the end:
 *
 * <pre>
 * try (ResourceStack opening = new ResourceStack()) {
 *     arena = opening.own(Arena.ofShared(), Arena::close);
 *     program = opening.own(backend.compile(spec), Program::close);
 *     resources = opening.keep();
 * }
 * </pre>
 *
 * Thread-safe; {@link #close} is idempotent.
 */
public final class ResourceStack implements AutoCloseable {
    private final Deque<Runnable> closings = new ArrayDeque<>();

    /** Begins with no resources. */
    public ResourceStack() {}

    /**
     * Takes ownership of a resource.
     *
     * @param resource resource that was just opened
     * @param close closes it; called once
     * @return the resource
     */
    public synchronized <T> T own(T resource, Consumer<? super T> close) {
        closings.push(() -> close.accept(resource));
        return resource;
    }

    /** Hands all resources over to another stack, which the caller closes; closing this one then closes nothing. */
    public synchronized ResourceStack keep() {
        ResourceStack kept = new ResourceStack();
        kept.closings.addAll(closings);
        closings.clear();
        return kept;
    }

    /** Closes every resource, also after a failure; the first failure is thrown, with the others suppressed in it. */
    @Override
    public synchronized void close() {
        Throwable first = null;
        while (!closings.isEmpty()) {
            try {
                closings.pop().run();
            } catch (RuntimeException | Error e) {
                if (first == null) {
                    first = e;
                } else if (first != e) { // a lost device may give every caller the same
                    first.addSuppressed(e);
                }
            }
        }
        switch (first) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {
                // all are closed
            }
        }
    }
}
