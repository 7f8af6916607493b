package dev.lethe.tracker;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;

/** The resources of the system that this process holds; known on Linux only. */
final class ProcessUsage {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final int KIBIBYTE = 1024;

    private ProcessUsage() {}

    static boolean known() {
        return Files.isReadable(STATUS) && Files.isReadable(FILES);
    }

    /** Returns the resident anonymous memory in bytes: the heap and everything allocated off it, but no mapped file. */
    static long residentAnonymousBytes() throws IOException {
        return status("RssAnon");
    }

    /** Returns the addresses in use, in bytes. */
    static long addressSpaceBytes() throws IOException {
        return status("VmSize");
    }

    private static long status(String name) throws IOException {
        return number(Files.readString(STATUS), "(?m)^" + name + ":\\s+(\\d+) kB") * KIBIBYTE;
    }

    private static long number(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("pattern=" + pattern + " is not in: " + text);
        }
        return Long.parseLong(found.group(1));
    }

    static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.count();
        }
    }

    /** Returns the number of mapped files that were not unmapped. */
    static long mappedFiles() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("mapped")).mapToLong(BufferPoolMXBean::getCount).sum();
    }

    /** Returns the bytes that the JVM's native memory tracking, which must be on, counts as allocated by programs. */
    static long offHeapBytes() throws JMException {
        String summary = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                new Object[]{new String[]{"summary", "scale=B"}}, new String[]{String[].class.getName()});
        return number(summary, "Other \\(reserved=(\\d+)");
    }
}
