package dev.lethe.run;

import dev.lethe.io.FileProblem;
import dev.lethe.kernels.tensor.Shape;
import dev.lethe.model.Network;
import dev.lethe.tracker.Sha256;
import dev.lethe.train.NetworkWeights;
import dev.lethe.train.checkpoint.CheckpointException;
import dev.lethe.train.checkpoint.NamedArray;
import dev.lethe.train.checkpoint.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Weights that a run begins with. */
public sealed interface InitialWeights {
    /** Weights that the network draws itself, by the run's seed. */
    InitialWeights SEEDED = new Seeded();

    /** Returns the values that identify the weights in {@code config.json}; none for those of the seed. */
    Map<String, Object> asMap();

    /** Returns a short label, empty for the weights of the seed. */
    String label();

    /** Weights that the network draws itself, by the run's seed. */
    record Seeded() implements InitialWeights {
        @Override
        public Map<String, Object> asMap() {
            return Map.of();
        }

        @Override
        public String label() {
            return "";
        }
    }

    /**
     * Weights of a safetensors file, named as PyTorch's {@code state_dict} names them.
     *
     * @param file file that holds them
     * @param sha256 digest of the file, which identifies the run
     */
    record Saved(Path file, Sha256 sha256) implements InitialWeights {
        /**
         * Names the weights of a file.
         *
         * @throws RunException when it cannot be read
         */
        public static Saved of(Path file) {
            if (!Files.isRegularFile(file)) {
                throw new RunException("weights " + file + (Files.exists(file) ? " are no file" : " do not exist")
                        + ": name a safetensors file");
            }
            try {
                return new Saved(file, Sha256.ofFile(file));
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }

        /**
         * Reads the weights for a network.
         *
         * @param image shape of the network's input, (1, H, W, C)
         * @return arrays by name
         * @throws CheckpointException when the file is damaged; the message names it
         * @throws RunException when the file cannot be read, has changed, or is of another network
         */
        public Map<String, NamedArray> read(Network network, Shape image) throws IOException {
            try {
                Map<String, NamedArray> arrays = Safetensors.read(file).arrays();
                NetworkWeights.requireFit(network, image, arrays);
                if (!Sha256.ofFile(file).equals(sha256)) {
                    throw new RunException("weights " + file + " have changed since the run was planned: run the same "
                            + "command again");
                }
                return arrays;
            } catch (IllegalArgumentException e) {
                throw new RunException("weights " + file + ": " + e.getMessage(), e);
            } catch (CheckpointException e) { // which names the file
                throw e;
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }

        private static RunException unreadable(Path file, IOException e) {
            return new RunException(
                    "weights " + file + " cannot be read: " + FileProblem.reason(e) + "; name a safetensors file", e);
        }

        @Override
        public Map<String, Object> asMap() {
            return Map.of("initial_weights", sha256.hex());
        }

        @Override
        public String label() {
            return "from " + file.getFileName();
        }
    }
}
