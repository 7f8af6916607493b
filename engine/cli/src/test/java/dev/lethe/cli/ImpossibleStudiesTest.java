package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.StripedImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Studies that the options and the data set do not allow: refused before the first run, and by a dry run. */
class ImpossibleStudiesTest {
    private static final int EXAMPLES = 400;

    @TempDir
    private static Path shared;
    private static Path data;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeASmallDataSet() throws IOException {
        data = StripedImages.write(shared.resolve("stripes"), EXAMPLES, 100);
    }

    private record Outcome(int exitCode, String err) {}

    private Outcome run(String study, String options, String... last) {
        List<String> arguments = new ArrayList<>(List.of("study", study, "--data", data.toString()));
        if (!options.contains("--batch ")) {
            arguments.addAll(List.of("--batch", "16"));
        }
        if (!options.contains("--seeds")) {
            arguments.addAll(List.of("--seeds", study.equals("stability") ? "2" : "1"));
        }
        if (!options.contains("--epochs")) {
            arguments.addAll(List.of("--epochs", "1"));
        }
        if (!options.contains("--threads")) {
            arguments.addAll(List.of("--threads", "1"));
        }
        arguments.addAll(List.of("--out", folder.resolve("out").toString()));
        Collections.addAll(arguments, options.split(" "));
        Collections.addAll(arguments, last);
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(new StringWriter()), new PrintWriter(err),
                arguments.toArray(String[]::new));
        return new Outcome(exitCode, err.toString());
    }

    private void assertRefused(String study, String options, int exitCode, String expected) {
        for (String[] last : new String[][]{{"--dry-run"}, {}, {"--runs-only"}}) {
            Outcome outcome = run(study, options, last);
            assertEquals(exitCode, outcome.exitCode(), outcome.err());
            assertTrue(outcome.err().contains(expected), outcome.err());
            assertFalse(Files.exists(folder.resolve("out")), "nothing is written");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "removal|--shares 0.99 --block-starts|leaves 4 of the 400 images, less than a batch of 16: remove fewer",
            "removal|--shares 0.25,0.9999 --block-starts|leaves none of the 400 images: remove fewer",
            "removal|--shares 0.0001 --block-starts|removes none of the 400 images: remove more",
            "removal|--block-share 0.99|leaves 4 of the 400 images, less than a batch of 16: remove fewer",
            "removal|--block-share 0.0001|removes none of the 400 images: remove more",
            "removal|--shares 0.5 --class-floor 90 --block-starts|classFloor=90 keeps at least 3",
            "removal|--shares 0.2 --class-floor 90 --block-share 0.5|classFloor=90 keeps at least 3",
            "removal|--shares 0.5 --class-floor 100000 --block-starts|classFloor=100000 keeps at least 400 images",
            "transfer|--from mlp --shares 0.99|leaves 4 of the 400 images",
            "transfer|--from mlp --shares 0.5 --class-floor 90|classFloor=90 keeps at least 3",
            "continual|--task-examples 201|two tasks of 201 images do not fit in the 400",
            "continual|--task-examples 2000000000|two tasks of 2000000000 images do not fit",
            "continual|--task-examples 8|tasks': batch=16 is larger than the training set of 8 examples",
            "all|--studies margin,continual|two tasks of 1000 images do not fit in the 400",
            "noise|--label-noise 0.001|makes no label wrong: choose a larger share",
            "noise|--label-noise 0.9999|makes all 400 labels wrong: choose a smaller share",
            "all|--studies margin,noise --label-noise 0.9999|makes all 400 labels wrong: choose a smaller share",
            "forgetting|--label-noise 0.001|makes no label wrong: choose a larger share",
            "forgetting|--threads 100000|threads=100000: choose between 1 and",
            "forgetting|--augment crop:16|augmentation padding=16 is too much for images of 16 x 16"})
    void shouldRefuseWhatTheDataSetDoesNotAllow(String study, String options, String expected) {
        assertRefused(study, options, 1, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"removal|--shares NaN|share to remove=NaN",
            "removal|--shares -0.5|share to remove=-0.5",
            "removal|--shares 1|share to remove=1.0", "removal|--shares ,|shares=[]: give at least one",
            "removal|--rules ,|rules=[]: give at least one",
            "removal|--block-share NaN|block share=NaN", "removal|--block-share -1|block share=-1.0",
            "removal|--block-starts NaN|start=NaN", "removal|--block-starts -0.1|start=-0.1",
            "removal|--rules coverage:margin:1|hardest=1.0", "removal|--rules coverage:margin:NaN|hardest=NaN",
            "removal|--rules block:loss:2|start=2.0", "removal|--class-floor -1|classFloor=-1",
            "removal|--rules random --block-starts --ranking a.npy|ranking=a.npy is looked at by no rule",
            "pixel-noise|--deviations 0|deviation=0.0", "pixel-noise|--deviations -1|deviation=-1.0",
            "pixel-noise|--deviations NaN|deviation=NaN", "pixel-noise|--deviations Infinity|deviation=Infinity",
            "pixel-noise|--deviations 1e39|deviation=1.0E39", "pixel-noise|--deviations 1,2,3,4,5,6|give 1 to 5",
            "early|--stop-when-stable NaN|lies in (0, 1]", "early|--stop-when-stable 0|lies in (0, 1]",
            "early|--stop-when-stable -1|lies in (0, 1]", "noise|--label-noise NaN|share=NaN",
            "noise|--label-noise -0.1|share=-0.1", "forgetting|--noise-kind flip|choose symmetric or pair",
            "continual|--task-examples 0|examples=0", "continual|--task-examples -5|examples=-5",
            "continual|--rounds 1|rounds=1", "continual|--rounds -3|rounds=-3", "continual|--task-epochs 0|epochs=0",
            "continual|--rounds 100000 --task-epochs 100000|tasks of rounds=100000 and epochs=100000 have 20000000000",
            "stability|--against-epochs 3|--against-epochs=3 is of the network of --against: give that too",
            "stability|--against mlp --against-epochs 0|epochs=0", "transfer|--from mlp --from-epochs -1|epochs=-1",
            "stability|--model mlp --against mlp --batch 64 --against-epochs 1|is the network that is",
            "forgetting|--seeds 1000000000|seeds=1000000000: choose between 1 and",
            "all|--studies ,|studies=[]: name at least one",
            "transfer|--from mlp --from-epochs 2000000|epochs=2000000 are more than the 1048576 that a history holds",
            "removal|--shares 0.99 --protocol iterations --block-starts --epochs 20000|epochs=2000000 are more than",
            "forgetting|--epochs 2000000000|epochs=2000000000 are more than the 1048576 that a history holds",
            "stability|--against mlp --against-epochs 2000000|epochs=2000000 are more than the 1048576 that a",
            "forgetting|--epochs -1|epochs=-1", "forgetting|--learning-rate NaN|learningRate=NaN"})
    void shouldCallImpossibleOptionsWrongUsage(String study, String options, String expected) {
        assertRefused(study, options, 2, expected);
    }

    @Test
    void shouldRefuseMoreBlocksThanImages() {
        StringBuilder starts = new StringBuilder("0");
        for (int i = 1; i <= EXAMPLES; i++) {
            starts.append(',').append(i / (EXAMPLES + 1.0));
        }
        assertRefused("removal", "--shares 0.5 --block-share 0.25 --block-starts " + starts, 1,
                "401 blocks are more than the 400 images: choose fewer block starts");
    }

    @Test
    void shouldRefuseAnotherNetworkThatDoesNotFitTheImages() throws IOException {
        Path pets = folder.resolve("pets");
        for (int i = 0; i < 16; i++) {
            Path file = pets.resolve("train/" + (i % 2 == 0 ? "cat" : "dog") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
            image.setRGB(i / 2, i / 2, 0xFFFFFF);
            ImageIO.write(image, "png", file.toFile());
        }
        String options = "--model mlp --batch 2 --test-share 0.25 --data " + pets;
        for (String study : List.of("stability --seeds 2 --against mnist-cnn", "transfer --seeds 1 --from mnist-cnn")) {
            StringWriter err = new StringWriter();
            assertEquals(1, Lethe.run(new PrintWriter(new StringWriter()), new PrintWriter(err), ("study " + study + " "
                    + options + " --epochs 1 --threads 1 --out " + folder.resolve("out")).split(" ")));
            assertTrue(err.toString().contains("run 'mnist-cnn, seed 1': "), err.toString());
            assertFalse(Files.exists(folder.resolve("out")));
        }
    }
}
