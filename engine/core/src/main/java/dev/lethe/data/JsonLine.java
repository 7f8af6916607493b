package dev.lethe.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;

/** Object of JSON on one line. */
final class JsonLine {
    private static final ObjectReader OBJECTS = new JsonMapper().readerFor(Map.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonLine() {}

    /** Reads an object; empty where the text is none. */
    static Optional<Map<?, ?>> object(String line) {
        try {
            return Optional.ofNullable(OBJECTS.readValue(line.startsWith("\uFEFF") ? line.substring(1) : line));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
