package dev.lethe.io;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reader and writer of results and settings as JSON: snake_case names, indented, keys in the order of the records. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule().addSerializer(Double.class, new FiniteDoubles())
                    .addSerializer(double.class, new FiniteDoubles()))
            .build();

    private static final ObjectReader OBJECTS = MAPPER.readerFor(Map.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String REMEDY = "; put back a whole copy of it, or delete its folder and start anew";

    private Json() {}

    /** Returns a value as JSON. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of results could not be written as JSON", e);
        }
    }

    /** Writes a value, whole or not at all. */
    public static void write(Path file, Object value) throws IOException {
        AtomicFiles.write(file, text(value));
    }

    /**
     * Reads an object of plain values.
     *
     * @throws UnusableFileException when the file cannot be read, is empty, cut off or altered, or holds anything else
     */
    public static Map<?, ?> read(Path file) {
        return read(file, REMEDY);
    }

    /**
     * Reads an object of plain values.
     *
     * @param remedy end of the message about a file that cannot be used
     * @throws UnusableFileException when the file cannot be read, is empty, cut off or altered, or holds anything else
     */
    public static Map<?, ?> read(Path file, String remedy) {
        try {
            String text = Files.readString(file).replace(BYTE_ORDER_MARK, "").strip();
            if (!text.startsWith("{")) {
                throw new UnusableFileException(file + (text.isEmpty() ? " is empty" : " holds no object") + remedy);
            }
            return OBJECTS.readValue(text);
        } catch (JsonProcessingException e) {
            throw new UnusableFileException(file + " is cut off or altered at line " + e.getLocation().getLineNr()
                    + ", column " + e.getLocation().getColumnNr() + remedy, e);
        } catch (IOException e) {
            throw new UnusableFileException(file + " cannot be read: " + FileProblem.reason(e) + remedy, e);
        }
    }

    /** Returns a record or map as a map of its fields, in their order. */
    public static Map<String, Object> toMap(Object value) {
        return MAPPER.convertValue(value, new TypeReference<LinkedHashMap<String, Object>>() {
        });
    }

    /** Returns a value as it is when written and read back, so that both can be compared. */
    public static Map<?, ?> normalized(Map<String, Object> value) {
        try {
            return MAPPER.readValue(text(value), Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON just written could not be read", e);
        }
    }

    /** The writer of doubles: a number that is not defined becomes null, since JSON knows no NaN. */
    private static final class FiniteDoubles extends StdSerializer<Double> {
        private static final long serialVersionUID = 1L;

        FiniteDoubles() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator generator, SerializerProvider provider)
                throws IOException {
            if (Double.isFinite(value)) {
                generator.writeNumber(value);
            } else {
                generator.writeNull();
            }
        }
    }
}
