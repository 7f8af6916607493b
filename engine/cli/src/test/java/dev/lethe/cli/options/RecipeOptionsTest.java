package dev.lethe.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lethe.train.Lookahead;
import dev.lethe.train.TrainingConfig;
import dev.lethe.train.UpdateOptions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class RecipeOptionsTest {
    @Command
    private static final class Recipes {
        @Mixin
        private RecipeOptions options;
    }

    private static TrainingConfig config(String... arguments) {
        Recipes recipes = new Recipes();
        new CommandLine(recipes).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        return recipes.options.config(3, 10);
    }

    @ParameterizedTest
    @CsvSource({"--model airbench94,AIRBENCH", "--model resnet18,CIFAR", "--model mlp,MNIST",
            "--model mlp --recipe airbench,AIRBENCH"})
    void shouldBeginWithTheRecipeAsItIs(String arguments, Recipe recipe) {
        assertEquals(recipe.config(3, 10), config(arguments.split(" ")));
    }

    @Test
    void shouldChangeNothingButWhatIsAskedFor() {
        assertEquals(TrainingConfig.airbench(3, 10).withUpdate(UpdateOptions.NONE),
                config("--model", "airbench94", "--lookahead", "none"));
        assertEquals(Optional.of(new Lookahead(6, 0.5, 0)),
                config("--model", "resnet18", "--lookahead", "6").update().lookahead());
        assertEquals(UpdateOptions.NONE.withLookahead(Lookahead.airbench()).withClipNorm(2).withParts(4),
                config("--model", "airbench94", "--clip-norm", "2", "--accumulate", "4").update());
        assertEquals(UpdateOptions.NONE.withAverageDecay(0.9),
                config("--model", "airbench94", "--ema", "0.9", "--lookahead", "none").update());
    }
}
