package dev.lethe.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lethe.data.fetch.FileServer;
import dev.lethe.run.store.RunFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataCommandTest {
    @TempDir
    private Path folder;

    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Lethe.run(new PrintWriter(out), new PrintWriter(err),
                Stream.of(arguments).map(Object::toString).toArray(String[]::new));
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private void writeImages() throws IOException {
        for (String name : new String[]{"cat/1", "cat/2", "dog/1", "dog/2", "dog/3", "dog/4"}) {
            Path file = folder.resolve("pets/train/" + name + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(8, 6, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, name.hashCode());
            ImageIO.write(image, "png", file.toFile());
        }
    }

    @Test
    void shouldListWhatHasAName() {
        Outcome outcome = run("data", "list");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().startsWith("mnist           part of Lethe"), outcome.out());
        assertTrue(outcome.out().contains("cifar10         not here: ./lethe data fetch cifar10 (170 MB)"),
                outcome.out());
        assertTrue(outcome.out().contains("fashion-mnist   not here: ./lethe data fetch fashion-mnist (31 MB)"),
                outcome.out());
    }

    @Test
    void shouldShowWhatIsInAFolderOfImages() throws IOException {
        writeImages();
        Files.writeString(folder.resolve("pets/train/dog/5.png"), "bad");
        Path labels = Files.writeString(folder.resolve("labels.csv"), "dog\ndog\ncat\n");
        Outcome outcome = run("data", "show", folder.resolve("pets"), "--resize", "4x5", "--test-share", "0.5",
                "--skip-bad", "--labels", labels, "--examples", folder.resolve("examples.csv"));
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(List.of("id,file,label,label_id,split", "0,train/cat/1.png,dog,1,train",
                "1,train/dog/3.png,dog,1,train", "2,train/dog/4.png,cat,0,train", "0,train/cat/2.png,cat,0,test",
                "1,train/dog/1.png,dog,1,test", "2,train/dog/2.png,dog,1,test"),
                Files.readAllLines(folder.resolve("examples.csv")));
        assertTrue(outcome.out().contains("skipped 1 of 7 images"), outcome.out());
        assertTrue(outcome.out().contains("train        3 images, height 5, width 4, channels 3"), outcome.out());
        assertTrue(outcome.out().contains("test         3 images"), outcome.out());
        assertTrue(outcome.out().contains("classes      cat 1, dog 2"), outcome.out());
        assertTrue(outcome.out().matches("(?s).*fingerprint  [0-9a-f]{64}\\s.*"), outcome.out());
    }

    @Test
    void shouldTakeChoicesOfPixels() throws IOException {
        writeImages();
        Path clear = folder.resolve("pets/train/cat/1.png");
        ImageIO.write(new BufferedImage(8, 6, BufferedImage.TYPE_INT_ARGB), "png", clear.toFile());
        Outcome outcome = run("data", "show", folder.resolve("pets"), "--orientation", "stored", "--background",
                "black",
                "--levels", "0-4095");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("laid 1 image with transparent pixels over background=black: " + clear),
                outcome.out());
        outcome = run("data", "show", folder.resolve("pets"), "--levels", "4095");
        assertEquals("lethe: levels '4095': write LOWEST-HIGHEST, for example 0-4095 for 12 bits",
                outcome.err().lines().findFirst().orElse(""));
    }

    @Test
    void shouldFindEqualImagesAndDrawASheet() throws IOException {
        writeImages();
        Path pets = folder.resolve("pets");
        Files.copy(pets.resolve("train/cat/1.png"), pets.resolve("train/dog/0.png"));
        Files.copy(pets.resolve("train/cat/1.png"), pets.resolve("train/cat/3.png"));
        for (String name : List.of("cat/9", "dog/9")) {
            Files.createDirectories(pets.resolve("test/" + name).getParent());
            Files.copy(pets.resolve("train/dog/2.png"), pets.resolve("test/" + name + ".png"));
        }
        Path sheet = folder.resolve("sheet.png");
        Outcome outcome = run("data", "show", pets, "--sheet", sheet);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("duplicates   train: 2, 1 of another class, such as train/cat/3.png is "
                + "train/cat/1.png; test: 1, 1 of another class, such as test/dog/9.png is test/cat/9.png; test images "
                + "that are training images too: 2, 1 of another class, such as test/cat/9.png is train/dog/2.png"),
                outcome.out());
        assertTrue(outcome.out().contains("fitting      --model mlp --batch 8 --epochs 40"), outcome.out());
        BufferedImage drawn = ImageIO.read(sheet.toFile());
        assertEquals(2 * 8 + 2 * (32 + 4), drawn.getHeight(), "a row for each class");
        assertEquals(0xFF000000 | new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).getRGB(0, 0),
                drawn.getRGB(8 + 160 + 31, 8 + 12), "an image, black but for its corner");
        assertEquals(0xFFFFFFFF, drawn.getRGB(8 + 160 + 11 * 36 + 8, 8 + 12), "no twelfth image");
    }

    @Test
    void shouldFailWithOneSentence() throws IOException {
        writeImages();
        Path empty = Files.createDirectories(folder.resolve("pets/train/ant"));
        Outcome outcome = run("data", "show", folder.resolve("pets"));
        assertEquals(1, outcome.exitCode());
        assertEquals(
                "lethe: folder " + empty
                        + " holds no PNG, JPEG, GIF, BMP, TIFF or WebP image: add some, or delete the folder",
                outcome.err().strip());
        assertEquals(1, run("data", "show", "cifar100").exitCode());
        assertTrue(run("data", "show", "cifar100").err().contains("run ./lethe data fetch cifar100, put "));
    }

    private Outcome train(Object... more) {
        return run(Stream.concat(
                Stream.of("train", "--data", folder.resolve("pets"), "--out", folder.resolve("out"), "--model", "mlp",
                        "--epochs", 1, "--batch", 2, "--threads", 1, "--resize", 8, "--test-share", "0.5"),
                Stream.of(more)).toArray());
    }

    @Test
    void shouldTrainAndEvaluateWithTheSameChoices() throws IOException {
        writeImages();
        Files.writeString(folder.resolve("pets/train/dog/5.png"), "bad");
        assertTrue(
                train().err().contains("dog/5.png cannot be decoded, it is not an image of a format that is read here: "
                        + "replace or delete it, or skip bad images"));
        Path labels = Files.writeString(folder.resolve("labels.csv"), "dog\ndog\ncat\n");
        Outcome outcome = train("--skip-bad", "--labels", labels);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("skipped 1 of 7 images"), outcome.out());
        assertEquals(List.of("0,train/cat/1.png,dog,1", "1,train/dog/3.png,dog,1", "2,train/dog/4.png,cat,0"),
                Files.readAllLines(RunFolder.onlyRun(folder.resolve("out")).resolve("scores.csv")).stream().skip(1)
                        .map(line -> String.join(",", Arrays.copyOf(line.split(","), 4))).toList());
        Outcome tested = run("eval", folder.resolve("out"), "--threads", 1);
        assertEquals(0, tested.exitCode(), tested.err());
        assertTrue(tested.out().startsWith("test accuracy "), tested.out());
        Outcome others = train("--skip-bad", "--resume");
        assertEquals(1, others.exitCode());
        assertEquals("lethe: output folder " + folder.resolve("out") + " holds another study, with labels=" + labels
                + " where this one has labels=null: choose another folder, or delete it", others.err().strip());
        Files.writeString(labels, "cat\ndog\ncat\n");
        Outcome changed = run("eval", folder.resolve("out"), "--threads", 1);
        assertEquals(1, changed.exitCode(), changed.out());
        assertEquals("lethe: data set " + folder.resolve("pets") + " is not what "
                + RunFolder.onlyRun(folder.resolve("out"))
                + " was trained on: its training images or labels have changed; put them back as they were, or train "
                + "again", changed.err().strip());
    }

    @Test
    void shouldRecordWhatIsNotReadAndRefuseItWhereAsked() throws IOException {
        writeImages();
        Files.writeString(folder.resolve("pets/train/cat/notes.txt"), "none");
        Files.delete(folder.resolve("pets/train/cat/2.png"));
        Outcome refused = train("--strict");
        assertEquals(1, refused.exitCode());
        String passedOver = "passed over 1 entry of " + folder.resolve("pets/train") + ": 1 .txt";
        assertEquals("lethe: data set " + folder.resolve("pets") + " is not read as it is, which strict asks for: "
                + passedOver + "; and 1 more; mend its files, or leave strict out", refused.err().strip());
        assertFalse(Files.exists(folder.resolve("out")));
        Outcome outcome = train();
        assertEquals(0, outcome.exitCode(), outcome.err());
        List<String> notices = List.of(passedOver,
                "without test images: 1 of 2 classes, whose only image is for training, cat");
        JsonNode config = new ObjectMapper()
                .readTree(RunFolder.onlyRun(folder.resolve("out")).resolve("config.json").toFile());
        assertEquals(notices, config.get("data_notices").valueStream().map(JsonNode::asText).toList());
        Outcome study = run("study", "forgetting", "--data", folder.resolve("pets"), "--out", folder.resolve("study"),
                "--model", "mlp", "--seeds", 1, "--epochs", 1, "--batch", 2, "--threads", 1, "--resize", "8",
                "--test-share", "0.5");
        assertEquals(0, study.exitCode(), study.err());
        String report = Files.readString(folder.resolve("study/report.html"));
        notices.forEach(notice -> assertTrue(report.contains(notice), notice));
        assertTrue(report.contains("<small>1.png</small>"), "pictures have their names");
        assertTrue(report.contains("train/dog/3.png, labelled dog"), "and whole paths");
    }

    @Test
    void shouldChooseWhatFitsTheImagesAndSayIt() throws IOException {
        writeImages();
        Outcome outcome = run("train", "--data", folder.resolve("pets"), "--out", folder.resolve("out"), "--epochs", 1,
                "--threads", 1, "--resize", 8, "--test-share", "0.5");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(outcome.out().contains("3 images of 8 x 8 x 3, 2 classes: resnet20, batch 3, 1 epochs (--model, "
                + "--batch and --epochs choose others)"), outcome.out());
        assertEquals(1, outcome.out().split("decoding 6 images", -1).length - 1, "images are decoded once");
        JsonNode config = new ObjectMapper()
                .readTree(RunFolder.onlyRun(folder.resolve("out")).resolve("config.json").toFile());
        assertEquals("resnet20", config.get("model").asText());
        assertEquals(3, config.get("batch").asInt());
    }

    @Test
    void shouldStudyAFolderOfImages() throws IOException {
        writeImages();
        Outcome outcome = run("study", "forgetting", "--data", folder.resolve("pets"), "--out", folder.resolve("out"),
                "--model", "mlp", "--seeds", 1, "--epochs", 1, "--batch", 2, "--threads", 1, "--resize", "9x7",
                "--test-share", "0.25");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertTrue(Files.readString(folder.resolve("out/report.html"))
                .contains("--threads 1 --resize 9x7 --test-share 0.25</code>"));
    }

    @Test
    void shouldSayWhatToDoByHandWhereADownloadFails() throws IOException {
        try (FileServer mirror = new FileServer()) {
            Outcome outcome = run("data", "fetch", "cifar10", "--to", folder, "--from", mirror.folder());
            assertEquals(1, outcome.exitCode());
            assertEquals("lethe: data set cifar10 cannot be downloaded, " + mirror.folder()
                    + "cifar-10-binary.tar.gz answered with status 404: try again, or download cifar-10-binary.tar.gz"
                    + " from " + mirror.folder() + " by hand and unpack it in " + folder + ", so that "
                    + folder.resolve("cifar-10-batches-bin") + " holds its files", outcome.err().strip());
            mirror.put("cifar-10-binary.tar.gz", new byte[100]);
            Outcome corrupt = run("data", "fetch", "cifar10", "--to", folder, "--from", mirror.folder());
            assertEquals(1, corrupt.exitCode());
            assertTrue(corrupt.out().contains("cifar-10-binary.tar.gz, 170.1 MB, from " + mirror.folder()),
                    corrupt.out());
            assertTrue(
                    corrupt.err().contains(
                            "not c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd, which was deleted"),
                    corrupt.err());
            assertFalse(Files.exists(folder.resolve("cifar-10-batches-bin")));
        }
    }

    @Test
    void shouldLeaveWhatIsThereAndSayHowToUseIt() throws IOException {
        Path there = Files.createDirectories(folder.resolve("cifar-100-binary"));
        Outcome outcome = run("data", "fetch", "cifar100", "--to", folder);
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals("cifar100 was already in " + there + " (delete it to fetch it again): use it with "
                + "--data " + there, outcome.out().strip());
    }

    @Test
    void shouldFetchNothingThatIsPartOfLethe() {
        Outcome outcome = run("data", "fetch", "permuted-mnist");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals("permuted-mnist is part of Lethe: use it with --data permuted-mnist", outcome.out().strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';',
            value = {"data; list, show, fetch", "data fetch emnist; fashion-mnist, cifar10, cifar100",
                    "data fetch cifar10 --from ftp://host/; http:// or https://", "data fetch; NAME",
                    "data show emnist; permuted-mnist", "data show mnist --resize wide; write SIDE",
                    "data show mnist --test-share 2; between 0 and 1",
                    "data show mnist --split-seed 3; decides which images --test-share keeps: give that too",
                    "train --resize wide; write SIDE",
                    "data show; NAME|DIR"})
    void shouldNameTheChoicesWhenTheUsageIsWrong(String commandLine, String expected) {
        Outcome outcome = run((Object[]) commandLine.split(" "));
        assertEquals(2, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().contains(expected), outcome.err());
    }
}
