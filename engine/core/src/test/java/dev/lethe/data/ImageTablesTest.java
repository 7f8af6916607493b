package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of image files with their classes, and tables of examples given back as labels. */
class ImageTablesTest {
    private static final String ROWS = "file,label,split\npics/3.png,dog,train\npics/1.png,cat,train\n"
            + "pics/2.png,dog,test\npics/4.png,cat,train\n";

    @TempDir
    private Path temporary;
    private Path folder;
    private final List<String> notices = new ArrayList<>();

    @BeforeEach
    void writeImages() throws IOException {
        folder = Files.createDirectories(temporary.resolve("set/pics")).getParent();
        for (int shade = 1; shade <= 6; shade++) {
            write("pics/" + shade + ".png", shade);
        }
    }

    private void write(String name, int shade) throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        IntStream.range(0, 4).forEach(p -> image.getRaster().setSample(p % 2, p / 2, 0, shade));
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private DataSet load(Path path) {
        return DataSets.load(path.toString(), ImageOptions.NONE, temporary.resolve("cache"), notices::add);
    }

    private String refusal(String table) throws IOException {
        Path file = Files.writeString(folder.resolve("images.csv"), table);
        return assertThrows(DataSetException.class, () -> load(file)).getMessage().replace(folder + "/", "");
    }

    private static int[] shades(ImageSet images) {
        return IntStream.range(0, images.examples()).map(i -> images.image(i)[0]).toArray();
    }

    private static int[] labels(ImageSet images) {
        return IntStream.range(0, images.examples()).map(images::label).toArray();
    }

    private void assertIsRead(Path path) {
        DataSet data = load(path);
        assertEquals(List.of("cat", "dog"), data.classNames());
        assertArrayEquals(new int[]{3, 1, 4}, shades(data.train()), "in the order of the rows");
        assertArrayEquals(new int[]{1, 0, 0}, labels(data.train()));
        assertArrayEquals(new int[]{2}, shades(data.test()));
        assertArrayEquals(new int[]{1}, labels(data.test()));
        assertEquals("pics/3.png", data.train().origins().get(0));
    }

    @ParameterizedTest
    @CsvSource({"images.csv, ','", "images.tsv, '\t'", "images.csv, ;", "IMAGES.CSV, ','"})
    void shouldReadTables(String name, String separator) throws IOException {
        Path table = Files.writeString(folder.resolve(name), "\uFEFF" + ROWS.replace(",", separator));
        assertIsRead(table);
        assertIsRead(folder);
        assertEquals("images", load(table).name().toLowerCase(Locale.ROOT));
        assertEquals("set", load(folder).name());
    }

    @ParameterizedTest
    @CsvSource({"filename, class, set", "image_path, Category, subset", "PATH, label_name, Split"})
    void shouldKnowColumnsByTheirUsualNames(String file, String label, String split) throws IOException {
        assertIsRead(Files.writeString(folder.resolve("x.csv"),
                ROWS.replaceFirst("file,label,split", "id," + split + "," + file + ",url," + label)
                        .replaceAll("(?m)^(pics[^,]*),(.*),(.*)$", "7,$3,$1,\"a,b\",$2")));
    }

    @Test
    void shouldReadJsonLines() throws IOException {
        String lines = ROWS.lines().skip(1).map(row -> row.split(",")).map(row -> "{\"split\": \"" + row[2]
                + "\", \"file_name\": \"" + row[0] + "\", \"more\": [1, {}], \"label\": \"" + row[1] + "\"}\n\n")
                .reduce("", String::concat);
        assertIsRead(Files.writeString(folder.resolve("metadata.jsonl"), lines));
        assertIsRead(folder);
    }

    @Test
    void shouldReadATableForEachPart() throws IOException {
        Files.writeString(folder.resolve("train.csv"), "image,label\n3.png,dog\n1.png,cat\n4.png,cat\n");
        Files.writeString(folder.resolve("Test.csv"), "image,label\npics\\2.png,dog\n");
        assertIsRead(folder);
        // images beside the tables, in folders that are called as those of other layouts
        Files.createDirectory(folder.resolve("train"));
        for (int shade : new int[]{1, 3, 4}) {
            Files.move(folder.resolve("pics/" + shade + ".png"), folder.resolve("train/" + shade + ".png"));
        }
        assertArrayEquals(new int[]{3, 1, 4}, shades(load(folder).train()));
    }

    @Test
    void shouldKeepAShareWhereNothingIsForTesting() throws IOException {
        Path table = Files.writeString(folder.resolve("a.csv"), "file,label\n" + IntStream.rangeClosed(1, 6)
                .mapToObj(i -> folder.resolve("pics/" + i + ".png") + "," + (i % 2 == 0 ? 10 : 9) + "\n")
                .reduce("", String::concat));
        DataSet data = load(table);
        assertEquals(List.of("9", "10"), data.classNames(), "numbers in their order");
        assertEquals(4, data.train().examples());
        assertEquals(2, data.test().examples());
        assertTrue(notices.contains("no test images: 2 of 6 images are kept for testing, test share=0.2 of each class "
                + "by seed=0"), notices.toString());
    }

    @Test
    void shouldSayThatValidationImagesAreNotRead() throws IOException {
        assertEquals(2, load(Files.writeString(folder.resolve("a.csv"), ROWS.replace("4.png,cat,train",
                "4.png,cat,valid"))).train().examples());
        assertTrue(notices.contains("not read: 1 validation images, since the test images are those of test"),
                notices.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "a,b;1,2|images.csv has no columns file and label in its first line: name them so",
            "file,label;9.png,cat|images.csv line 2 has file '9.png', which is neither in FOLDER nor below: correct "
                    + "the path, or delete the line",
            "file,label;1.png,cat;pics/1.png,dog|images.csv line 3 lists pics/1.png again, which images.csv line 2 "
                    + "does: leave one of them",
            "file,label;1.png,cat;2.png|images.csv line 3 has fields=1, fewer than the header: complete it",
            "file,label;1.png,cat;2.png, |images.csv line 3 has no label for 2.png: complete or delete it",
            "file,label;,cat|images.csv line 2 names no file: complete or delete it",
            "file,label,split;1.png,cat,train;2.png,dog,blue|images.csv line 3 has split='blue': write train, test or "
                    + "validation",
            "file,label,split;1.png,cat,train;2.png,dog,test|images.csv line 3 has class 'dog', which no training "
                    + "image has: add some, or delete the line",
            "file,label,split;1.png,cat,test|images.csv lists no training image: add some, or correct its split",
            "file,label;1.png,cat;2.png,cat;3.png,cat|data set images has classes=1: at least 2 are needed",
            "file,label;\"1.png,cat|images.csv line 2: unclosed quote"})
    void shouldNameTheLineAndTheRemedy(String table, String message) throws IOException {
        String said = refusal(table.replace(';', '\n')).replace(folder.toString(), "FOLDER");
        assertTrue(said.equals(message) || message.endsWith("unclosed quote") && said.contains("quote"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"file\": \"1.png\", \"label\": \"cat\"}\n[1]", "{\"file\": \"1.png\", \"label\": 3}\n{"})
    void shouldRefuseBadJsonLines(String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("a.jsonl"), lines);
        assertEquals(file + " line 2 is no JSON object: write {\"file\": ..., \"label\": ...}",
                assertThrows(DataSetException.class, () -> load(file)).getMessage());
    }

    @Test
    void shouldAskWhichOfSeveralTables() throws IOException {
        Files.writeString(folder.resolve("a.csv"), ROWS);
        Files.writeString(folder.resolve("b.csv"), ROWS);
        assertEquals("folder " + folder + " has several tables of images, a.csv, b.csv: name the right one instead of "
                + "the folder", assertThrows(DataSetException.class, () -> load(folder)).getMessage());
        assertIsRead(folder.resolve("b.csv"));
    }

    /** Damaged tables are read or refused with a sentence, never otherwise. */
    @Test
    void shouldReadOrRefuseDamagedTables() throws IOException {
        Random random = new Random(7);
        String json = "{\"file\": \"pics/1.png\", \"label\": \"cat\"}\n"
                + "{\"file\": \"pics/2.png\", \"label\": \"dog\"}\n";
        int read = 0;
        for (int i = 0; i < 400; i++) {
            String name = i % 2 == 0 ? "t.csv" : "t.jsonl";
            byte[] bytes = (i % 2 == 0 ? ROWS : json).getBytes(StandardCharsets.UTF_8);
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve(name), bytes);
            try {
                load(file);
                read++;
            } catch (DataSetException e) {
                assertTrue(e.getMessage() != null && e.getMessage().length() > 10, String.valueOf(e.getMessage()));
            }
        }
        assertTrue(read > 0 && read < 400, "read " + read);
    }

    /** Class folders called by numbers sort as texts; names in tables say which is which. */
    @Test
    void shouldTakeTablesOfExamplesBackAsLabels() throws IOException {
        Path numbered = temporary.resolve("numbered");
        for (int label = 0; label <= 10; label++) {
            for (int i = 0; i < 3; i++) {
                BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
                image.getRaster().setSample(0, 0, 0, 20 * label + i);
                Path file = numbered.resolve(label + "/" + i + ".png");
                Files.createDirectories(file.getParent());
                ImageIO.write(image, "png", file.toFile());
            }
        }
        DataSet data = load(numbered);
        Path table = temporary.resolve("examples.csv");
        ExampleTables.write(table, data);
        assertArrayEquals(labels(data.train()), TrainLabels.read(table, data));
        List<String> rows = new ArrayList<>(Files.readAllLines(table));
        Collections.reverse(rows.subList(1, rows.size()));
        Files.write(table, rows);
        assertArrayEquals(labels(data.train()), TrainLabels.read(table, data), "in any order");
        String file = data.train().origins().get(4);
        Files.writeString(table, Files.readString(table).replaceFirst("(" + file + "),[^,]*,[^,]*,", "$1,10,99,"));
        int[] changed = labels(data.train());
        changed[4] = data.classNames().indexOf("10");
        assertArrayEquals(changed, TrainLabels.read(table, data), "the name of the class counts");
        Files.writeString(table, Files.readString(table).replace(data.train().origins().get(7), "none.png"));
        String message = assertThrows(DataSetException.class, () -> TrainLabels.read(table, data)).getMessage();
        assertTrue(message.endsWith("has file='none.png', which is no training image of data set numbered: delete the "
                + "line, or correct the file"), message);
    }
}
