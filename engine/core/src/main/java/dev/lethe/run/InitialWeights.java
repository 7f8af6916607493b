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
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        private static final byte[] ZIP = {'P', 'K', 3, 4};
        /** Position of a safetensors file's header, which begins with a brace. */
        private static final int HEADER_AT = 8;
        private static final byte PICKLE = (byte) 0x80;
        private static final int NEWEST_PICKLE = 5;

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
                requireNoPickle(file);
                return new Saved(file, Sha256.ofFile(file));
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }

        /**
         * Reads the weights for a network.
         *
         * @param image shape of the network's input, (1, H, W, C)
         * @return arrays by the network's names
         * @throws CheckpointException when the file is damaged; the message names it
         * @throws RunException when the file cannot be read, has changed, or is of another network
         */
        public NetworkWeights.Named read(Network network, Shape image) throws IOException {
            try {
                Map<String, NamedArray> arrays = Safetensors.read(file).arrays();
                NetworkWeights.Named named = NetworkWeights.fitting(network, image, arrays);
                if (!Sha256.ofFile(file).equals(sha256)) {
                    throw new RunException("weights " + file + " have changed since the run was planned: run the same "
                            + "command again");
                }
                return named;
            } catch (IllegalArgumentException e) {
                throw new RunException("weights " + file + ": " + e.getMessage(), e);
            } catch (CheckpointException e) { // which names the file
                throw e;
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }

        /** Refuses what {@code torch.save} writes: an archive, or of old versions a pickle; either can run code. */
        private static void requireNoPickle(Path file) throws IOException {
            byte[] first;
            try (InputStream in = Files.newInputStream(file)) {
                first = in.readNBytes(HEADER_AT + 1);
            }
            boolean named = first.length > HEADER_AT && first[HEADER_AT] == '{'; // behind a length of any bytes
            boolean pickled = first.length > 1 && first[0] == PICKLE && first[1] <= NEWEST_PICKLE;
            if (!named
                    && (pickled || Arrays.equals(first, 0, Math.min(ZIP.length, first.length), ZIP, 0, ZIP.length))) {
                String target = file.toString().replaceFirst("\\.[^./]*$", "") + ".safetensors";
                throw new RunException("weights " + file + " are a file of torch.save, which is not read, since it "
                        + "may run code: convert it with python3 -c \"import torch; from safetensors.torch import "
                        + "save_file; w = torch.load('" + file + "', map_location='cpu', weights_only=True); "
                        + "save_file({k: v.contiguous() for k, v in w.get('state_dict', w).items()}, '" + target
                        + "')\"");
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
