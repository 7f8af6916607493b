package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.kernels.op.Normalization;
import dev.lethe.tracker.interchange.NpyFile;
import dev.lethe.tracker.interchange.NumpyArray;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainLabelsTest {
    @TempDir
    private Path folder;

    private static DataSet animals(String... classNames) {
        ImageSet images = ImageSet.of(new byte[]{1, 2, 3, 4}, new int[]{0, 1, 2, 0}, 1, 1, 1);
        return new DataSet("animals", images, images, List.of(classNames), Normalization.gray(0.5f, 0.25f));
    }

    private static DataSet animals() {
        return animals("cat", "dog", "owl, snowy");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("labels.csv"), content);
    }

    private String refusal(DataSet data, String content) throws IOException {
        Path file = file(content);
        return assertThrows(DataSetException.class, () -> TrainLabels.read(file, data)).getMessage();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"2;1;0;1", "label;2;1;0;1", "owl, snowy;dog;cat;dog",
            "\"owl, snowy\";\"dog\";0;1;;", "0,2;1,1;2,0;3,1", "id,label;3,1;0,2;1,dog;2,cat",
            "\"id\",\"label\";\"3\",\"1\";\"0\",\"owl, snowy\";1,1;2,0", "ID, Label;0, 2;1, dog;2, 0;3,1;",
            "\uFEFFid,label;0,2;1,1;2,0;3,1", "\uFEFF2;1;0;1", ";2;1;0;1", "\uFEFF;;label;2;1;0;1",
            "; \t;id,label;0,2;1,1;2,0;3,1", ",;id,label;0,2;1,1;2,0;3,1;,;", "id,label;0,2;;1,1;2,0;,;3,1",
            "0,owl, snowy;1,1;2,0;3,1", "id,label;0, \"owl, snowy\";1, \"1\";2,\" cat \";3,1",
            "id,label;0,owl, snowy;1,1;2,0;3,1",
            "\"owl, snowy\";\"dog\";\"cat\";\"dog\"", "label,id;2,0;1,1;0,2;1,3",
            "id,name,label;0,a,2;1,b,1;2,c,0;3,d,1", "\"file;name\",id,label;a,0,2;\"b;c\",1,1;c,2,0;d,3,1"})
    void shouldReadLabelsByPositionAndById(String lines) throws IOException {
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file(lines.replace(';', '\n')), animals()));
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file(lines.replace(";", "\r\n")), animals()));
    }

    /** Covers what np.savetxt, pandas and people write; @ is a separator, ; the end of a line. */
    @ParameterizedTest
    @ValueSource(strings = {"2.0;1.0;0.0;1.0", "2.;1.;0.;1.", "+2;+1;0;+1",
            "2.000000000000000000e+00;1.000000000000000000e+00;0.000000000000000000e+00;1.000000000000000000e+00",
            "labels;2;1;0;1", "Target;2;1;0;1", "# label;2.0;1.0;0.0;1.0", "class;owl;dog;cat;dog", "y;2;1;0;1",
            "category;owl;dog;cat;dog", "@label;0@2;1@1;2@0;3@1", "@label;3@1;2@0;1@1;0@2", "@0;0@2;1@1;2@0;3@1",
            "@label;a.png@2;b.png@1;c.png@0;d.png@1", "Unnamed: 0@class;0@owl;1@dog;2@cat;3@dog",
            "index@label;0@2;1@1;2@0;3@1", "sample_id@target;3@1;0@2;1@1;2@0", "idx@y;0@2;1@1;2@0;3@1",
            "label@weight;2@0.5;1@0.5;0@0.5;1@0.5", "@id@label;9@3@1;8@0@2;7@1@1;6@2@0",
            "0.000e+00@2.000e+00;1.000e+00@1.000e+00;2.000e+00@0.000e+00;3.000e+00@1.000e+00",
            "id@label_name@label;0@x@2;1@x@1;2@x@0;3@x@1", "# id@label;0@2;1@1;2@0;3@1",
            "ID@Class;0@owl;1@dog;2@cat;3@dog"})
    void shouldReadLabelsAsPeopleHaveThem(String lines) throws IOException {
        for (String separator : List.of(",", ";", "\t", " ", "   ")) {
            if (lines.contains("@") && (separator.isBlank() && (lines.contains("# ") || lines.contains(": "))
                    || separator.startsWith(" ") && lines.startsWith("@"))) {
                continue; // the name has spaces, or there is none
            }
            String content = lines.replace(";", "\n").replace("@", separator);
            assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file(content), animals("cat", "dog", "owl")),
                    content);
        }
    }

    @Test
    void shouldSayThatRowsWithoutIdsAreInOrder() throws IOException {
        List<String> notices = new ArrayList<>();
        TrainLabels.read(file("label,weight\n2,0\n1,0\n0,0\n1,0\n"), animals(), notices::add);
        assertEquals(List
                .of("labels of " + folder.resolve("labels.csv") + " have no ids: they are taken in the order of its "
                        + "rows"),
                notices);
        TrainLabels.read(file("id,label\n2,0\n1,0\n0,0\n3,0\n"), animals(), notices::add);
        assertEquals(1, notices.size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "what;2;1;0;1|line 1 is 'what', which is neither a class nor a known header: call it label",
            "some,thing;0,2;1,1;2,0;3,1|line 1 is 'some,thing', which is neither a class nor a known header: call",
            "id,class,target;0,2,2;1,1,1;2,0,0;3,1,1|line 1 has columns class and target: call the right one label",
            "index,sample_id,y;0,0,2;1,1,1;2,2,0;3,3,1|line 1 has columns index and sample_id: call the right one id",
            "filename,label;a,2;b,1;c,0;d,1|line 1 has no column id, and its files are not those of data set animals",
            "0.5;1;0;1|line 1 has label='0.5', which is not a class of data set animals",
            "1e400;1;0;1|line 1 has label='1e400', which is not a class of data set animals",
            "0.5,1;1,1;2,0;3,1|line 1 has label='0.5,1', which is not a class of data set animals"})
    void shouldNameHeadersAndNumbersThatAreUnclear(String lines, String problem) throws IOException {
        String message = refusal(animals(), lines.replace(';', '\n'));
        assertTrue(message.startsWith(folder.resolve("labels.csv") + " " + problem), message);
    }

    @Test
    void shouldReadArraysOfNumpy() throws IOException {
        Path file = folder.resolve("labels.npy");
        for (NumpyArray labels : List.of(NumpyArray.of(new int[]{2, 1, 0, 1}), NumpyArray.of(new long[]{2, 1, 0, 1}),
                NumpyArray.of(new float[]{2, 1, 0, 1}), NumpyArray.ofUnsigned(new byte[]{2, 1, 0, 1}).withShape(4, 1),
                NumpyArray.of(new double[]{0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0}).withShape(4, 3))) {
            NpyFile.write(file, labels);
            assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file, animals()));
        }
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file, animals("0", "1", "2")));
        NpyFile.write(file, NumpyArray.of(new int[]{3, 2, 1, 2}));
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file, animals("1", "2", "3")));
        String message = assertThrows(DataSetException.class, () -> TrainLabels.read(file, animals())).getMessage();
        assertEquals(
                file + " at example 0 has label='3', which is not a class of data set animals: give a number between 0 "
                        + "and 2 or a class name, for example 'cat'",
                message);
        NpyFile.write(file, NumpyArray.of(new int[]{2, 1}));
        assertEquals(file + " holds labels=2 for the 4 training examples of data set animals: give one for each",
                assertThrows(DataSetException.class, () -> TrainLabels.read(file, animals())).getMessage());
        String header = "{'descr': '|S3', 'fortran_order': False, 'shape': (4,)}\n";
        Files.writeString(file, "\u0093NUMPY\u0001\0" + (char) header.length() + "\0" + header + "owldogcatdog",
                StandardCharsets.ISO_8859_1);
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file, animals("cat", "dog", "owl")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"0@2 1@1 2@0 3@1", "id@label 0@2 1@dog 2@0 3@1",
            "\uFEFFid@label 0@2 1@dog 2@0 3@1", "\uFEFF@ id@label 0@2 1@dog 2@0 3@1 @",
            "\"id\"@\"label\" \"0\"@\"2\" 1@1 2@0 3@1", "label@file@id 2@a@0 1@b@1 0@c@2 1@d@3"})
    void shouldReadTablesWithSemicolonsAndTabs(String lines) throws IOException {
        for (String separator : List.of(",", ";", "\t")) {
            String content = lines.replace("@", separator);
            for (String end : List.of("\n", "\r\n", "\r")) {
                assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file(content.replace(" ", end)), animals()),
                        content);
            }
        }
    }

    @Test
    void shouldReadNamesWithLineBreaksAndQuotes() throws IOException {
        DataSet data = animals("cat", "a \"big\"\ndog", "owl; snowy");
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file(
                "id,label\n0,\"owl; snowy\"\n1,\"a \"\"big\"\"\ndog\"\n2,0\n3,1\n"), data));
        assertArrayEquals(new int[]{2, 1, 0, 1}, TrainLabels.read(file(
                "owl; snowy\n\"a \"\"big\"\"\ndog\"\ncat\n1\n"), data));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "id,label;0,1;1,\"1\"x;2,1;3,1|line 3 has text after a closing quote: correct its quotes",
            "id,label,name;0,1,a;1,1;2,1,c;3,1,d|line 3 has fields=2 where the header has 3: correct the line",
            "label,id,label;0,1,1;1,1,2;1,2,3;1,3,3|line 1 has several columns label: leave one",
            "0;1;2|holds labels=3 for the 4 training examples of data set animals: give one for each",
            "|holds labels=0 for the 4 training examples of data set animals: give one for each",
            "id,label;0,1;1,1;2,1|holds labels=3 for the 4 training examples of data set animals: give one for each",
            "0;1;2;0;1|holds labels=5 for the 4 training examples of data set animals: give one for each",
            "id,label;0,1;1,1;2,1;4,0|line 5 has id=4: the ids of the training examples lie between 0 and 3",
            "0,1;-1,1;2,1;3,0|line 2 has id=-1: the ids of the training examples lie between 0 and 3",
            "0,1;1,1;99999999999,1;3,0|line 3 has id=99999999999: the ids of the training examples lie between 0 and 3",
            "0,1;1,1;0,2;3,0|line 3 has id=0 again, which line 1 has: give each training example one label",
            "0,1;1,1;2;3,0|line 3 is '2': write id,label as before",
            "0;1;3;0|line 3 has label='3', which is not a class of data set animals: give a number between 0 and 2 "
                    + "or a class name, for example 'cat'",
            "0;-1;1;0|line 2 has label='-1', which is not a class of data set animals: give a number between 0 and 2",
            "0;;1;0|line 2 has label='', which is not a class of data set animals: give a number between 0 and 2 or a",
            "id,label;0,1;1,mouse;2,0;3,0|line 3 has label='mouse', which is not a class of data set animals: give a",
            "0,1,9;1,1,9;2,1,9;3,1,9|line 1 has label='1,9', which is not a class of data set animals: give a number"})
    void shouldNameLineAndValueOfWhatIsWrong(String lines, String problem) throws IOException {
        String message = refusal(animals(), lines == null ? "" : lines.replace(';', '\n'));
        assertTrue(message.startsWith(folder.resolve("labels.csv") + " " + problem), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"\"0;1;2;0|1", "id,label;0,1;1,\"1;2,1;3,1|3"})
    void shouldRefuseAQuoteThatIsNotClosed(String lines, int line) throws IOException {
        assertEquals("labels file=" + folder.resolve("labels.csv") + " line=" + line + ": a quote is not closed",
                refusal(animals(), lines.replace(';', '\n')));
    }

    @Test
    void shouldTellNamesApartByTheSpacesAroundThem() throws IOException {
        assertArrayEquals(new int[]{1, 0, 2, 0},
                TrainLabels.read(file("id,label\n0,\" cat\"\n1,cat\n2,owl\n3,\"cat\"\n"),
                        animals("cat", " cat", "owl")));
    }

    @Test
    void shouldTakeOnlyNamesWhereNamesAreOtherNumbers() throws IOException {
        DataSet numbers = animals("1", "2", "3");
        assertArrayEquals(new int[]{0, 1, 2, 0}, TrainLabels.read(file("1\n2\n3\n1"), numbers));
        assertEquals(
                folder.resolve("labels.csv") + " line 2 has label='0', which is not a class of data set animals: give "
                        + "a class name, for example '1'",
                refusal(numbers, "1\n0\n3\n1"));
        assertArrayEquals(new int[]{0, 1, 2, 0}, TrainLabels.read(file("0\n1\n2\n0"), animals("0", "1", "2")));
    }

    @Test
    void shouldRefuseWhatIsNoTextOrNotThere() throws IOException {
        Path file = Files.write(folder.resolve("labels.csv"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(file + " is not text in UTF-8: write one label or id,label a line",
                assertThrows(DataSetException.class, () -> TrainLabels.read(file, animals())).getMessage());
        String missing = assertThrows(DataSetException.class,
                () -> TrainLabels.read(folder.resolve("missing.csv"), animals())).getMessage();
        assertTrue(missing.startsWith("labels " + folder.resolve("missing.csv") + " cannot be read"), missing);
    }

    @Test
    void shouldGiveOtherLabelsAnotherFingerprint() throws IOException {
        DataSet data = animals();
        DataSet same = data.withTrainLabels(TrainLabels.read(file("0\n1\n2\n0"), data));
        assertEquals(data.fingerprintHex(), same.fingerprintHex());
        DataSet other = data.withTrainLabels(TrainLabels.read(file("0\n1\n2\n1"), data));
        assertNotEquals(data.fingerprintHex(), other.fingerprintHex());
        assertEquals(0, other.test().label(3));
        assertArrayEquals(data.train().image(3), other.train().image(3));
    }
}
