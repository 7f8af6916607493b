package dev.lethe.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** Another JVM that writes a file many times, or begins to write it and never ends; closing it kills it. */
final class WritingProcess implements AutoCloseable {
    static final String CONTENT = "content ".repeat(1000);
    static final String WRITTEN = "written";
    static final String WRITING = "writing";
    static final int NEVER_ENDING = 0;

    private final Process process;
    private final BufferedReader output;

    private WritingProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    static WritingProcess start(Path file, int writes) throws IOException {
        return new WritingProcess(new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx64m",
                "-cp", System.getProperty("java.class.path"), WritingProcess.class.getName(), file.toString(),
                String.valueOf(writes)).redirectErrorStream(true).start());
    }

    String nextLine() throws IOException {
        return output.readLine();
    }

    @Override
    public void close() throws IOException {
        output.close();
        process.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        int writes = Integer.parseInt(arguments[1]);
        for (int i = 0; i < writes; i++) {
            AtomicFiles.write(file, CONTENT);
        }
        if (writes == NEVER_ENDING) {
            AtomicFiles.stream(file, _ -> {
                System.out.println(WRITING);
                System.in.read(); // until it is killed
            });
        }
        System.out.println(WRITTEN);
    }
}
