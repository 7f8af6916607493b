package dev.lethe.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** JSON from files that are not trusted: one object in valid UTF-8, no key twice, nothing behind it. */
final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private StrictJson() {}

    /** Whether a text can be written: UTF-8 has no half of a surrogate pair. */
    static boolean isWritable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    static ObjectNode emptyObject() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads an object.
     *
     * @param file for messages
     * @param what is read, for messages
     */
    static ObjectNode object(String file, String what, byte[] bytes) throws CheckpointException {
        try {
            // decoded here: Jackson would guess the encoding
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (MAPPER.readTree(text) instanceof ObjectNode object) {
                return object;
            }
            throw new CheckpointException(file, what + " is no JSON object: the file is damaged");
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file, what + " is not in UTF-8: the file is damaged", e);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file, what + " is not valid JSON: "
                    + CheckpointException.shown(e.getOriginalMessage()), e);
        }
    }

    /** A whole number that fits a long; empty for anything else. */
    static OptionalLong whole(JsonNode node) {
        return node != null && node.isIntegralNumber() && node.canConvertToLong()
                ? OptionalLong.of(node.longValue())
                : OptionalLong.empty();
    }
}
