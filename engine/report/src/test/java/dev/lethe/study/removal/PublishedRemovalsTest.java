package dev.lethe.study.removal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lethe.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results under docs/results: their claims are what the code makes of their accuracies. */
class PublishedRemovalsTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    @ParameterizedTest
    @ValueSource(strings = {"removal-cifar10", "removal-fashion-mnist", "removal-mnist", "removal-permuted-mnist",
            "transfer-mnist"})
    void shouldClaimWhatTheirAccuraciesSay(String name) throws IOException {
        Path file = Path.of("../../docs/results", name, "results.json");
        JsonNode published = new ObjectMapper().readTree(file.toFile()).get("claims");
        RemovalResults results = MAPPER.readValue(file.toFile(), RemovalResults.class);
        assertEquals(published, new ObjectMapper().readTree(Json.text(Map.of("claims", RemovalClaims.of(results))))
                .get("claims"), file + ": write the claims of this version");
    }
}
