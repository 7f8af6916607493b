package dev.lethe.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.lethe.io.FileProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * Sentences for all failures that can end a command. Most failures have a sentence that was written where they arose;
 * the others come from the platform with a path, a number or nothing.
 */
public final class Failure {
    private static final String OURS = "dev.lethe.";
    /** Types that also say, with a message of ours, what a caller did wrong. */
    private static final Set<Class<?>> WITH_SENTENCES = Set.of(IllegalArgumentException.class,
            IllegalStateException.class, UnsupportedOperationException.class);
    private static final String FEWER = "take smaller images or batches";

    private Failure() {}

    /** Returns one sentence that says what is wrong and what to do. */
    public static String sentence(Throwable failure) {
        return switch (failure) {
            case OutOfMemoryError e -> memory(String.valueOf(e.getMessage()));
            case JsonProcessingException e -> "a file of JSON is damaged: " + firstLine(e.getOriginalMessage())
                    + "; put back a whole copy of it";
            case UncheckedIOException e when hasOwnMessage(e) -> e.getMessage() + ": " + sentence(cause(e));
            case UncheckedIOException e -> sentence(cause(e));
            case ExecutionException e when e.getCause() instanceof Throwable cause -> sentence(cause);
            case Throwable e when isOurs(e) -> text(e);
            case IOException e -> FileProblem.sentence(e);
            case RuntimeException e when e.getCause() instanceof IOException cause && !hasOwnMessage(e) ->
                sentence(cause);
            case RuntimeException e when WITH_SENTENCES.contains(e.getClass()) && hasText(e) && isThrownByUs(e) ->
                text(e);
            default -> fault(failure);
        };
    }

    /** Returns the message of a failure, empty where it has none. */
    private static String text(Throwable e) {
        return Objects.requireNonNullElse(e.getMessage(), "");
    }

    private static IOException cause(UncheckedIOException e) {
        return Objects.requireNonNull(e.getCause(), "its constructors refuse null");
    }

    private static String memory(String message) {
        if (message.contains("native thread")) {
            return "the system starts no more threads (" + message
                    + "): choose fewer --threads or --jobs, or raise its "
                    + "limits (ulimit -u)";
        }
        if (message.contains("direct buffer memory")) {
            return "not enough memory outside of the Java heap (" + message + "): " + FEWER
                    + ", or allow more with LETHE_JAVA_OPTS=-XX:MaxDirectMemorySize=64g";
        }
        boolean heap = message.contains("heap space") || message.contains("GC overhead")
                || message.contains("array size");
        return heap
                ? "not enough memory for the Java heap (" + message + "): " + FEWER
                        + ", or allow more with LETHE_JAVA_OPTS=-Xmx16g"
                : "not enough native memory (" + message + "): " + FEWER
                        + ", a smaller model or fewer --jobs, or close other programs";
    }

    private static boolean isOurs(Throwable e) {
        return e.getClass().getName().startsWith(OURS) && hasText(e);
    }

    /** Returns whether our code threw a failure: texts of the platform or of a library say nothing to a user. */
    private static boolean isThrownByUs(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return trace.length == 0 || trace[0].getClassName().startsWith(OURS);
    }

    private static boolean hasText(Throwable e) {
        return !text(e).isBlank();
    }

    /** Returns whether an exception has a message of its own: without one it has the name and message of its cause. */
    private static boolean hasOwnMessage(Exception e) {
        return hasText(e) && !text(e).equals(String.valueOf(e.getCause()));
    }

    private static String firstLine(String text) {
        return text.strip().lines().findFirst().orElse("it is empty");
    }

    private static String fault(Throwable failure) {
        return "this is a fault in Lethe (" + failure.getClass().getName()
                + (hasText(failure) ? ": " + firstLine(text(failure)) : "")
                + "): --debug prints the stack trace, which a report of it needs";
    }
}
