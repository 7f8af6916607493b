package dev.lethe.train;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lock of an object that serves one thread at a time. A second thread is refused by name instead of being kept waiting.
 * A thread that closes the object waits only until the running use notices it.
 */
final class SingleUse {
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Turn turn = lock::unlock;
    private volatile @Nullable String user;
    private volatile boolean closed;

    /**
     * Makes the lock of an open object.
     *
     * @param name name of the object, for messages
     */
    SingleUse(String name) {
        this.name = name;
    }

    /** Use of the object, which ends when this is closed. */
    @FunctionalInterface
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Begins a use, which may be inside another one of the same thread. Allocates nothing.
     *
     * @throws IllegalStateException when another thread uses the object, or it is closed
     */
    Turn begin() {
        if (!lock.tryLock()) {
            throw new IllegalStateException(name + " is used by thread '" + user + "' and by '"
                    + Thread.currentThread().getName() + "': it serves one thread at a time, make one for each");
        }
        if (closed) {
            lock.unlock();
            throw closed();
        }
        user = Thread.currentThread().getName();
        return turn;
    }

    /** Refuses what is read of a closed object, also while another thread uses it. */
    void requireOpen() {
        if (closed) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(name + " is closed: make another one");
    }

    /** Refuses new uses, and waits for a running one of another thread. */
    void close() {
        closed = true;
        lock.lock();
        lock.unlock();
    }
}
