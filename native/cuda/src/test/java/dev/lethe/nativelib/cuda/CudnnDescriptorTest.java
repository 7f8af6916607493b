package dev.lethe.nativelib.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.api.Test;

/** The texts of cuDNN, which ends them in buffers that are larger. */
class CudnnDescriptorTest {
    private static String read(String buffer) {
        byte[] bytes = buffer.getBytes(StandardCharsets.UTF_8);
        try (BytePointer pointer = new BytePointer(bytes.length)) {
            pointer.put(bytes, 0, bytes.length);
            return CudnnDescriptor.upToNul(pointer);
        }
    }

    @Test
    void shouldReadATextUpToItsEnd() {
        assertEquals("ab", read("ab\0xyz\0\0"));
        assertEquals("", read("\0old"));
        assertEquals("whole", read("whole"));
    }
}
