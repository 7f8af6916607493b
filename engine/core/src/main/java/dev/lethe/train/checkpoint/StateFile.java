package dev.lethe.train.checkpoint;

import static dev.lethe.train.checkpoint.CheckpointException.shown;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lethe.tracker.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * File {@code state.json}: run and epoch of a checkpoint, and the digests of its other files. It has a checksum of its
 * own, over its other fields as compact JSON, which finds altered values.
 *
 * @param run identity of the run
 * @param epoch number of epochs trained so far
 * @param weights digest of {@code weights.safetensors}
 * @param optimizer digest of {@code optimizer.safetensors}
 * @param metrics line of metrics of each epoch; empty in files of earlier versions, and in runs that keep none
 */
record StateFile(RunIdentity run, int epoch, Sha256 weights, Sha256 optimizer, List<String> metrics) {
    static final String NAME = "state.json";
    private static final int FORMAT = 1;
    private static final String FORMAT_VERSION = "format_version";
    private static final String MODEL = "model";
    private static final String SEED = "seed";
    private static final String EPOCH = "epoch";
    private static final String CONFIGURATION = "configuration_sha256";
    private static final String DATA = "data_fingerprint";
    private static final String WEIGHTS = "weights_sha256";
    private static final String OPTIMIZER = "optimizer_sha256";
    private static final String METRICS = "metrics";
    private static final String CHECKSUM = "checksum";

    StateFile {
        metrics = List.copyOf(metrics);
        if (epoch < 0 || !metrics.isEmpty() && metrics.size() != epoch) {
            throw new IllegalArgumentException(EPOCH + "=" + epoch + " with " + METRICS + " of " + metrics.size()
                    + " epochs: as many are needed, or none");
        }
    }

    String text() {
        ObjectNode node = StrictJson.emptyObject().put(FORMAT_VERSION, FORMAT).put(MODEL, run.model())
                .put(SEED, run.seed()).put(EPOCH, epoch).put(CONFIGURATION, run.configuration().hex())
                .put(DATA, run.data().hex()).put(WEIGHTS, weights.hex()).put(OPTIMIZER, optimizer.hex());
        if (!metrics.isEmpty()) {
            ArrayNode lines = node.putArray(METRICS);
            metrics.forEach(lines::add);
        }
        return node.put(CHECKSUM, checksum(node)).toPrettyString() + "\n";
    }

    private static String checksum(ObjectNode others) {
        return Sha256.ofText(others.toString()).hex();
    }

    /**
     * Reads {@code state.json}.
     *
     * @param file file that messages name
     * @param bytes content of the file
     */
    static StateFile parse(String file, byte[] bytes) throws CheckpointException {
        ObjectNode node = StrictJson.object(file, "it", bytes);
        long format = whole(file, node, FORMAT_VERSION);
        if (format != FORMAT) {
            throw new CheckpointException(file, FORMAT_VERSION + "=" + format + ", this version of Lethe reads "
                    + FORMAT + ": use the version that wrote it");
        }
        String checksum = text(file, node, CHECKSUM);
        node.remove(CHECKSUM);
        if (!checksum.equals(checksum(node))) {
            throw new CheckpointException(file, CHECKSUM + "=" + shown(checksum) + " where its values give "
                    + checksum(node) + ": it was altered" + CheckpointException.REMEDY);
        }
        try {
            RunIdentity run = new RunIdentity(text(file, node, MODEL), whole(file, node, SEED),
                    new Sha256(text(file, node, CONFIGURATION)), new Sha256(text(file, node, DATA)));
            return new StateFile(run, Math.toIntExact(whole(file, node, EPOCH)),
                    new Sha256(text(file, node, WEIGHTS)), new Sha256(text(file, node, OPTIMIZER)),
                    metrics(file, node));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CheckpointException(file, shown(String.valueOf(e.getMessage())), e);
        }
    }

    private static List<String> metrics(String file, JsonNode node) throws CheckpointException {
        List<String> lines = new ArrayList<>();
        for (JsonNode line : node.path(METRICS)) {
            if (!line.isTextual()) {
                throw new CheckpointException(file, METRICS + " has " + shown(line) + ": texts are needed");
            }
            lines.add(line.textValue());
        }
        return lines;
    }

    private static String text(String file, JsonNode node, String field) throws CheckpointException {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new CheckpointException(file, field + "=" + shown(value) + ": a text is needed");
        }
        return value.textValue();
    }

    private static long whole(String file, JsonNode node, String field) throws CheckpointException {
        JsonNode value = node.path(field);
        return StrictJson.whole(value).orElseThrow(
                () -> new CheckpointException(file, field + "=" + shown(value) + ": a whole number is needed"));
    }
}
