package dev.lethe.train.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Reader of JSON from files that are not trusted: one object in valid UTF-8, no key twice, nothing behind it. Its
 * fields are read one after the other, so that only one is in memory as a tree; depth, lengths and the number of tokens
 * are limited.
 */
final class StrictJson {
    /** Deepest nesting: files of the formats read here have three levels. */
    private static final int MOST_DEPTH = 32;
    private static final int MOST_DIGITS = 1000;
    private static final int LONGEST_NAME = 50_000;
    private static final int LONGEST_TEXT = 20_000_000;
    /** Largest number of tokens: a tensor takes about twelve, so that there may be 300,000 tensors. */
    private static final int MOST_TOKENS = 4_000_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MOST_DEPTH)
                    .maxNumberLength(MOST_DIGITS).maxNameLength(LONGEST_NAME).maxStringLength(LONGEST_TEXT)
                    .maxTokenCount(MOST_TOKENS).maxDocumentLength(SafetensorsHeader.MOST_BYTES).build())
            .build()).build();

    private StrictJson() {}

    /** Receiver of the fields of an object, in their order. */
    @FunctionalInterface
    interface FieldReader {
        /**
         * Takes a field.
         *
         * @throws CheckpointException when its value is refused; the fields behind it are then not read
         */
        void read(String name, JsonNode value) throws CheckpointException;
    }

    /** Tells whether a text can be written: UTF-8 has no half of a surrogate pair. */
    static boolean isWritable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    static ObjectNode emptyObject() {
        return MAPPER.createObjectNode();
    }

    /**
     * Reads a small object whole.
     *
     * @param file file that messages name
     * @param what name of the object, for messages
     * @param bytes text of the object
     */
    static ObjectNode object(String file, String what, byte[] bytes) throws CheckpointException {
        ObjectNode object = emptyObject();
        readFields(file, what, bytes, object::set);
        return object;
    }

    /**
     * Reads the fields of an object one after the other. An error in the text behind a field is found only after that
     * field was taken.
     *
     * @param file file that messages name
     * @param what name of the object, for messages
     * @param bytes text of the object
     * @param fields receives the fields
     * @throws CheckpointException when the text is not one object in valid JSON, or a field is refused
     */
    static void readFields(String file, String what, byte[] bytes, FieldReader fields) throws CheckpointException {
        // decoded here, and strictly: Jackson would guess the encoding
        try (Reader text = new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
                JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(file, what + " is not a JSON object: the file is damaged");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                fields.read(name, MAPPER.readTree(parser));
            }
            if (parser.nextToken() != null) {
                throw new CheckpointException(file, what + " is not valid JSON: something follows its end");
            }
        } catch (CheckpointException e) {
            throw e;
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file, what + " is not in UTF-8: the file is damaged", e);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(file, what + " is not valid JSON: "
                    + CheckpointException.shown(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    /** Returns a whole number that fits a long; empty for anything else. */
    static OptionalLong whole(JsonNode node) {
        return node != null && node.isIntegralNumber() && node.canConvertToLong()
                ? OptionalLong.of(node.longValue())
                : OptionalLong.empty();
    }
}
