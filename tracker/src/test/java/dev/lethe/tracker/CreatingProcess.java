package dev.lethe.tracker;

import java.nio.file.Path;

/** A process to be killed: it creates one history after the other in a folder, and prints how many there are. */
final class CreatingProcess {
    static final TrackerSpec SPEC = HashedRunProcess.RUN.spec();

    private CreatingProcess() {}

    static Path file(Path folder, int number) {
        return folder.resolve("history-" + number + ".lethe");
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int first = Integer.parseInt(arguments[1]);
        for (int number = first;; number++) {
            ForgettingTracker.create(file(folder, number), SPEC).close();
            System.out.println(number + 1);
        }
    }
}
