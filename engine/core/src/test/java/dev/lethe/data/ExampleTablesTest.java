package dev.lethe.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleTablesTest {
    @TempDir
    private Path folder;

    private static ImageSet images(int... labels) {
        byte[] pixels = new byte[labels.length];
        pixels[0] = 1;
        return ImageSet.of(pixels, labels, 1, 1, 1);
    }

    @Test
    void shouldNameEveryExample() throws IOException {
        DataSet data = DataSet.of("odd", images(1, 0, 1).withOrigins(Origins.of(List.of("train/a, b/1.png",
                "train/the \"cat\"/2.png", "train/a, b/3\n.png"))), images(0), List.of("the \"cat\"", "a, b"));
        Path all = folder.resolve("examples.csv");
        ExampleTables.write(all, data);
        assertEquals("""
                id,file,label,label_id,split
                0,"train/a, b/1.png","a, b",1,train
                1,"train/the ""cat""/2.png","the ""cat""\",0,train
                2,"train/a, b/3
                .png","a, b",1,train
                0,[0],"the ""cat""\",0,test
                """, Files.readString(all));
        Path some = folder.resolve("removed.csv");
        ExampleTables.write(some, data, new int[]{1});
        assertEquals("id,file,label,label_id\n1,\"train/the \"\"cat\"\"/2.png\",\"the \"\"cat\"\"\",0\n",
                Files.readString(some));
    }
}
