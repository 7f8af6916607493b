package dev.lethe.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text beside the classes of this package, with places {@code {{name}}} to fill. */
final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

    private Template() {}

    /** Fills every place of a template in one pass: values are not themselves templates. */
    static String fill(String resource, Map<String, String> values) {
        return PLACE.matcher(read(resource)).replaceAll(place -> {
            String value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalStateException(resource + " has place=" + place.group(1) + ": nothing fills it");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    /** Reads a text unchanged. */
    static String read(String resource) {
        try (InputStream stream = Template.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read from the jar", e);
        }
    }
}
