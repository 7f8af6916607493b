package dev.lethe.nativelib.cpu.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/** Library objects that live as long as their owner, and are released in reverse order of their making. */
final class NativeHandles implements AutoCloseable {
    private final Deque<Pointer> handles = new ArrayDeque<>();

    /** Takes ownership of a handle, which then outlives the pointer scope that it was made in. */
    public <P extends Pointer> P own(P handle) {
        handle.retainReference();
        handles.push(handle);
        return handle;
    }

    @Override
    public void close() {
        while (!handles.isEmpty()) {
            handles.pop().releaseReference();
        }
    }
}
