package dev.lethe.nativelib.cuda;

import dev.lethe.nativelib.ffm.NativeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnBackendDescriptor_t;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** A descriptor of cuDNN's graph API, whose attributes are set before it is finished. */
final class CudnnDescriptor implements AutoCloseable {
    private static final int MESSAGE_BYTES = 1024;

    private final cudnnBackendDescriptor_t handle = new cudnnBackendDescriptor_t();

    /**
     * Makes a descriptor.
     *
     * @param type constant {@code CUDNN_BACKEND_..._DESCRIPTOR}
     */
    CudnnDescriptor(int type) {
        check("cudnnBackendCreateDescriptor", cudnn.cudnnBackendCreateDescriptor(type, handle));
    }

    static void check(String function, int status) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            throw new NativeException(function + " failed: " + message(status));
        }
    }

    private static String message(int status) {
        try (BytePointer text = new BytePointer(MESSAGE_BYTES)) {
            cudnn.cudnnGetLastErrorString(text, MESSAGE_BYTES);
            return cudnn.cudnnGetErrorString(status).getString() + ", " + upToNul(text);
        }
    }

    private CudnnDescriptor set(int attribute, int type, long count, Pointer values) {
        try (values) {
            check("cudnnBackendSetAttribute " + attribute,
                    cudnn.cudnnBackendSetAttribute(handle, attribute, type, count, values));
        }
        return this;
    }

    CudnnDescriptor longs(int attribute, long... values) {
        return set(attribute, cudnn.CUDNN_TYPE_INT64, values.length, new LongPointer(values));
    }

    CudnnDescriptor real(int attribute, float value) {
        return set(attribute, cudnn.CUDNN_TYPE_FLOAT, 1, new FloatPointer(new float[]{value}));
    }

    /**
     * Sets an attribute to a value of an enumeration.
     *
     * @param type type of the enumeration
     */
    CudnnDescriptor choice(int attribute, int type, int value) {
        return set(attribute, type, 1, new IntPointer(new int[]{value}));
    }

    CudnnDescriptor text(int attribute, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return set(attribute, cudnn.CUDNN_TYPE_CHAR, bytes.length, new BytePointer(bytes));
    }

    CudnnDescriptor descriptor(int attribute, CudnnDescriptor value) {
        return set(attribute, cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, pointerTo(value.handle));
    }

    CudnnDescriptor handle(int attribute, Pointer value) {
        return set(attribute, cudnn.CUDNN_TYPE_HANDLE, 1, pointerTo(value));
    }

    CudnnDescriptor addresses(int attribute, long... values) {
        return set(attribute, cudnn.CUDNN_TYPE_VOID_PTR, values.length, new LongPointer(values));
    }

    private static PointerPointer<Pointer> pointerTo(Pointer value) {
        return new PointerPointer<Pointer>(1).put(value);
    }

    /** Finishes the descriptor. */
    CudnnDescriptor finish() {
        check("cudnnBackendFinalize", cudnn.cudnnBackendFinalize(handle));
        return this;
    }

    /** Finishes the descriptor, and returns false if cuDNN does not support it. */
    boolean finishes() {
        return cudnn.cudnnBackendFinalize(handle) == cudnn.CUDNN_STATUS_SUCCESS;
    }

    long longOf(int attribute) {
        try (LongPointer value = new LongPointer(1); LongPointer count = new LongPointer(1)) {
            check("cudnnBackendGetAttribute " + attribute,
                    cudnn.cudnnBackendGetAttribute(handle, attribute, cudnn.CUDNN_TYPE_INT64, 1, count, value));
            return value.get();
        }
    }

    /** Returns the values of an enumeration. */
    List<Integer> choices(int attribute, int type, int most) {
        try (IntPointer values = new IntPointer(most); LongPointer count = new LongPointer(1)) {
            check("cudnnBackendGetAttribute " + attribute,
                    cudnn.cudnnBackendGetAttribute(handle, attribute, type, most, count, values));
            List<Integer> choices = new ArrayList<>();
            for (int i = 0; i < count.get(); i++) {
                choices.add(values.get(i));
            }
            return choices;
        }
    }

    /** Returns a C string; JavaCPP would return the whole buffer. */
    static String upToNul(BytePointer buffer) {
        byte[] bytes = buffer.getStringBytes();
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    String textOf(int attribute) {
        try (LongPointer count = new LongPointer(1)) {
            check("cudnnBackendGetAttribute " + attribute, cudnn.cudnnBackendGetAttribute(handle, attribute,
                    cudnn.CUDNN_TYPE_CHAR, 0, count, new BytePointer((Pointer) null)));
            try (BytePointer text = new BytePointer(count.get() + 1)) {
                check("cudnnBackendGetAttribute " + attribute, cudnn.cudnnBackendGetAttribute(handle, attribute,
                        cudnn.CUDNN_TYPE_CHAR, count.get(), count, text));
                text.put(count.get(), (byte) 0);
                return upToNul(text);
            }
        }
    }

    /** Fills a descriptor that was made and not finished. */
    void get(int attribute, CudnnDescriptor into) {
        try (PointerPointer<Pointer> pointer = pointerTo(into.handle); LongPointer count = new LongPointer(1)) {
            check("cudnnBackendGetAttribute " + attribute, cudnn.cudnnBackendGetAttribute(handle, attribute,
                    cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, count, pointer));
        }
    }

    /** Returns the descriptors of a type, up to a largest number. */
    List<CudnnDescriptor> descriptors(int attribute, int type, int most) {
        List<CudnnDescriptor> made = new ArrayList<>();
        try (PointerPointer<Pointer> pointers = new PointerPointer<>(most); LongPointer count = new LongPointer(1)) {
            for (int i = 0; i < most; i++) {
                made.add(new CudnnDescriptor(type));
                pointers.put(i, made.get(i).handle);
            }
            check("cudnnBackendGetAttribute " + attribute, cudnn.cudnnBackendGetAttribute(handle, attribute,
                    cudnn.CUDNN_TYPE_BACKEND_DESCRIPTOR, most, count, pointers));
            int found = (int) Math.min(most, count.get());
            made.subList(found, most).forEach(CudnnDescriptor::close);
            return List.copyOf(made.subList(0, found));
        }
    }

    cudnnBackendDescriptor_t handle() {
        return handle;
    }

    @Override
    public void close() {
        check("cudnnBackendDestroyDescriptor", cudnn.cudnnBackendDestroyDescriptor(handle));
    }
}
