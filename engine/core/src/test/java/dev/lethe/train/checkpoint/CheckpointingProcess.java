package dev.lethe.train.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Process that writes one checkpoint after the other and reports each, until it is killed. */
final class CheckpointingProcess {
    private CheckpointingProcess() {}

    public static void main(String[] arguments) throws IOException {
        CheckpointFolder folder = new CheckpointFolder(Path.of(arguments[0]));
        for (int epoch = Integer.parseInt(arguments[1]);; epoch++) {
            folder.write(States.after(epoch));
            System.out.println(epoch);
        }
    }
}
