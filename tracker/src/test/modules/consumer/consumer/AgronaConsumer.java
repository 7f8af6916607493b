package consumer;

import dev.lethe.tracker.ForgettingTracker;
import dev.lethe.tracker.agrona.AgronaSegments;
import java.io.IOException;
import org.agrona.ExpandableArrayBuffer;

/** A program that uses the adapter for Agrona, and prints the result. */
public final class AgronaConsumer {
    private AgronaConsumer() {}

    public static void main(String[] arguments) throws IOException {
        System.out.println("module=" + ForgettingTracker.class.getModule().getName());
        System.out.println("bytes=" + AgronaSegments.of(new ExpandableArrayBuffer(12)).byteSize());
    }
}
