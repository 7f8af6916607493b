package dev.lethe.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lethe.data.DataSetException;
import dev.lethe.data.NamedDataSet;
import dev.lethe.data.fetch.Publication.RemoteFile;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches from a server on this machine. */
class DataSetFetchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BYTES = 300_000;

    @TempDir
    private Path to;
    private FileServer server;
    private final byte[] first = random(BYTES);
    private final byte[] second = random(1000);

    @BeforeEach
    void startServer() throws IOException {
        server = new FileServer();
        server.put("first.gz", first);
        server.put("second.gz", second);
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static RemoteFile file(String name, byte[] content) {
        return new RemoteFile(name, content.length, Sha256.of(content));
    }

    private Publication plain(URI... sources) {
        return new Publication("plain", "plain-folder",
                sources.length > 0 ? List.of(sources) : List.of(server.folder()),
                List.of(file("first.gz", first), file("second.gz", second)), false);
    }

    private Publication packed(byte[] archive) {
        server.put("set.tar.gz", archive);
        return new Publication("packed", "set", List.of(server.folder()), List.of(file("set.tar.gz", archive)), true);
    }

    private DataSetFetch.Fetched fetch(Publication publication) {
        return DataSetFetch.fetch(publication, to, FetchListener.NONE, PATIENCE);
    }

    private String refusal(Publication publication) {
        return assertThrows(DataSetException.class, () -> fetch(publication)).getMessage();
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(to)) {
            return files.filter(Files::isRegularFile).map(file -> to.relativize(file).toString()).sorted().toList();
        }
    }

    @Test
    void shouldDownloadVerifyAndRecord() throws IOException {
        List<String> heard = new ArrayList<>();
        List<Long> arrived = new ArrayList<>();
        DataSetFetch.Fetched fetched = DataSetFetch.fetch(plain(), to, (file, from, bytes) -> {
            heard.add(file + " " + from + " " + bytes);
            return arrived::add;
        }, PATIENCE);
        assertEquals(new DataSetFetch.Fetched(to.resolve("plain-folder"), false), fetched);
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        assertArrayEquals(second, Files.readAllBytes(to.resolve("plain-folder/second.gz")));
        assertEquals(List.of("plain-folder/SHA256SUMS", "plain-folder/first.gz", "plain-folder/second.gz"), left());
        List<String> sums = Files.readAllLines(to.resolve("plain-folder/SHA256SUMS"));
        assertEquals(Sha256.of(second) + "  second.gz", sums.get(1));
        assertEquals(List.of("first.gz " + server.folder() + "first.gz " + BYTES,
                "second.gz " + server.folder() + "second.gz 1000"), heard);
        assertEquals(0, arrived.getFirst());
        assertTrue(arrived.contains((long) BYTES));
    }

    /** The process was killed after it had named the data set, and before it had cleared its work away. */
    @Test
    void shouldRemoveTheWorkOfAKilledFetchButNotOfALivingOne() throws IOException {
        fetch(plain());
        Path files = Files.createDirectories(to.resolve("plain-folder.fetch/files"));
        Files.writeString(files.resolve("first.gz.part"), "left");
        Path lock = Files.createFile(to.resolve("plain-folder.fetch/lock"));
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE); FileLock _ = channel.lock()) {
            assertTrue(fetch(plain()).before());
            assertTrue(Files.exists(files.resolve("first.gz.part")));
        }
        assertTrue(fetch(plain()).before());
        assertFalse(Files.exists(to.resolve("plain-folder.fetch")));
    }

    @Test
    void shouldNotDownloadTwice() throws IOException {
        fetch(plain());
        int requests = server.requests().size();
        assertEquals(new DataSetFetch.Fetched(to.resolve("plain-folder"), true), fetch(plain()));
        assertEquals(requests, server.requests().size());
        Files.write(to.resolve("plain-folder/second.gz"), first);
        assertEquals(to.resolve("plain-folder/second.gz") + " has changed since it was fetched: delete "
                + to.resolve("plain-folder") + " and fetch it again", refusal(plain()));
        Files.delete(to.resolve("plain-folder/second.gz"));
        assertTrue(refusal(plain()).startsWith(to.resolve("plain-folder/second.gz") + " is missing since"));
        Path sums = Files.write(to.resolve("plain-folder/SHA256SUMS"), new byte[]{(byte) 0xE9});
        assertEquals(sums + " is not text any more: delete " + to.resolve("plain-folder") + " and fetch it again",
                refusal(plain()));
    }

    @Test
    void shouldLeaveAloneWhatWasNotFetched() throws IOException {
        Files.createDirectories(to.resolve("plain-folder"));
        Files.writeString(to.resolve("plain-folder/mine"), "put here by hand");
        assertTrue(fetch(plain()).before());
        assertEquals(List.of("plain-folder/mine"), left());
        assertEquals(List.of(), server.requests());
    }

    @Test
    void shouldGoOnWhereADownloadWasCutOff() throws IOException {
        server.cutOffAfter(130_000);
        fetch(plain());
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        List<String> requests = server.requests();
        assertEquals("/data/first.gz", requests.getFirst());
        assertTrue(requests.get(1).matches("/data/first.gz bytes=[1-9]\\d+-"), requests.toString());
        assertEquals("/data/second.gz", requests.getLast());
    }

    @Test
    void shouldGoOnWithWhatAnEarlierFetchLeft() throws IOException {
        Path part = Files.createDirectories(to.resolve("plain-folder.fetch/files")).resolve("first.gz.part");
        Files.write(part, Arrays.copyOf(first, 200_000));
        fetch(plain());
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        assertEquals(List.of("/data/first.gz bytes=200000-", "/data/second.gz"), server.requests());
    }

    @Test
    void shouldFinishWhatHadArrivedCompletely() throws IOException {
        Path part = Files.createDirectories(to.resolve("plain-folder.fetch/files")).resolve("first.gz.part");
        Files.write(part, first);
        fetch(plain());
        assertEquals(List.of("/data/first.gz bytes=300000-", "/data/second.gz"), server.requests());
    }

    @Test
    void shouldDownloadAgainWhatACrashCutOff() throws IOException {
        Files.write(Files.createDirectories(to.resolve("plain-folder.fetch/files")).resolve("first.gz"),
                Arrays.copyOf(first, 200_000));
        fetch(plain());
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        assertEquals(List.of("/data/first.gz", "/data/second.gz"), server.requests());
    }

    @Test
    void shouldStartOverWhereTheServerSendsNoParts() throws IOException {
        server.serveRanges(false);
        Path part = Files.createDirectories(to.resolve("plain-folder.fetch/files")).resolve("first.gz.part");
        Files.write(part, Arrays.copyOf(first, 200_000));
        fetch(plain());
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        assertEquals(2, server.requests().size());
    }

    @Test
    void shouldStartOverWhereWhatWasThereIsWrong() throws IOException {
        Path part = Files.createDirectories(to.resolve("plain-folder.fetch/files")).resolve("first.gz.part");
        Files.write(part, new byte[200_000]);
        fetch(plain());
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        assertEquals(List.of("/data/first.gz bytes=200000-", "/data/first.gz", "/data/second.gz"), server.requests());
    }

    @Test
    void shouldRefuseAnotherFile() throws IOException {
        byte[] altered = second.clone();
        altered[500] ^= 1;
        server.put("second.gz", altered);
        assertEquals("data set plain cannot be downloaded, " + server.folder() + "second.gz sent a file of SHA-256 "
                + Sha256.of(altered) + ", not " + Sha256.of(second)
                + ", which was deleted: try again, or download first.gz, second.gz from "
                + server.folder() + " by hand into " + to.resolve("plain-folder"), refusal(plain()));
        assertEquals(List.of("plain-folder.fetch/files/first.gz", "plain-folder.fetch/lock"), left());
        server.put("second.gz", second);
        fetch(plain());
        assertEquals(1, server.requests().stream().filter("/data/first.gz"::equals).count(), "what is verified stays");
    }

    @Test
    void shouldRefuseAFileThatIsTooLong() throws IOException {
        server.put("second.gz", Arrays.copyOf(second, 1001));
        assertTrue(refusal(plain()).contains("second.gz sent more than the 1000 bytes of the file: try again, or"));
    }

    @Test
    void shouldTakeAMirrorWhereTheFirstSourceFails() throws IOException {
        try (FileServer mirror = new FileServer()) {
            mirror.put("first.gz", first);
            URI nobody = URI.create("http://localhost:1/");
            fetch(plain(nobody, mirror.folder(), server.folder()));
            assertEquals(List.of("/data/first.gz", "/data/second.gz"), mirror.requests());
            assertEquals(List.of("/data/second.gz"), server.requests());
        }
    }

    @Test
    void shouldSayWhatToDownloadByHand() throws IOException {
        URI nobody = URI.create("http://localhost:1/");
        String message = refusal(plain(nobody, server.folder().resolve("elsewhere/")));
        assertTrue(message.startsWith("data set plain cannot be downloaded, http://localhost:1/first.gz failed (")
                && message.contains(
                        "); " + server.folder() + "elsewhere/first.gz answered with status 404: try again, or"),
                message);
        assertTrue(message.endsWith("download first.gz, second.gz from http://localhost:1/ by hand into "
                + to.resolve("plain-folder")), message);
        String archive = refusal(packed(new byte[3]).from(nobody));
        assertTrue(archive.endsWith("download set.tar.gz from http://localhost:1/ by hand and unpack it in " + to
                + ", so that " + to.resolve("set") + " holds its files"), archive);
    }

    @Test
    void shouldGoOnWhereTheServerFallsSilent() throws IOException {
        server.cutOffAfter(160_000);
        server.stallInstead();
        DataSetFetch.fetch(plain(), to, FetchListener.NONE, Duration.ofSeconds(1));
        assertArrayEquals(first, Files.readAllBytes(to.resolve("plain-folder/first.gz")));
        assertEquals(List.of("/data/first.gz", "/data/first.gz bytes=160000-", "/data/second.gz"), server.requests());
    }

    @Test
    void shouldNotWaitForEver() {
        server.cutOffAfter(0);
        server.stallInstead();
        String message = assertThrows(DataSetException.class,
                () -> DataSetFetch.fetch(plain(), to, FetchListener.NONE, Duration.ofSeconds(1))).getMessage();
        assertTrue(message.startsWith("data set plain cannot be downloaded, " + server.folder()
                + "first.gz failed (nothing came for 1000 ms): try again, or"), message);
    }

    @Test
    void shouldUnpackAnArchive() throws IOException {
        fetch(packed(new TarBytes().file("set/train.bin", first).file("set/readme.html", second).gzipped()));
        assertArrayEquals(first, Files.readAllBytes(to.resolve("set/train.bin")));
        assertEquals(List.of("set/SHA256SUMS", "set/readme.html", "set/train.bin"), left());
        assertEquals(2, Files.readAllLines(to.resolve("set/SHA256SUMS")).size());
    }

    @Test
    void shouldUseNothingOfABadArchive() throws IOException {
        String path = refusal(packed(new TarBytes().file("set/a", second).file("../../evil", second).gzipped()));
        assertTrue(path.contains("'../../evil', which leads out of its folder"), path);
        assertFalse(Files.exists(to.resolve("set")));
        assertFalse(Files.exists(to.resolve("evil")));
        try (Stream<Path> files = Files.list(to)) {
            for (Path file : files.toList()) {
                assertEquals("set.fetch", file.getFileName().toString());
            }
        }
    }

    @Test
    void shouldRefuseAnArchiveOfSomethingElse() throws IOException {
        Path archive = to.resolve("set.fetch/files/set.tar.gz");
        assertEquals("archive " + archive + " holds no folder set: it is not what was to be fetched, delete it",
                refusal(packed(new TarBytes().file("other/a", second).gzipped())));
    }

    @Test
    void shouldSayWhenSomebodyElseFetches() throws IOException {
        Path work = Files.createDirectories(to.resolve("plain-folder.fetch"));
        try (FileChannel channel = FileChannel.open(work.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
            assertTrue(lock.isValid());
            assertEquals("data set plain is being fetched to " + to + " by somebody else: wait until that is done",
                    refusal(plain()));
        }
        assertFalse(fetch(plain()).before());
    }

    @Test
    void shouldSayWhenTheFolderCannotBeWritten() throws IOException {
        Path file = Files.writeString(to.resolve("file"), "not a folder");
        String message = assertThrows(DataSetException.class,
                () -> DataSetFetch.fetch(plain(), file, FetchListener.NONE, PATIENCE)).getMessage();
        assertTrue(message.startsWith("data set plain cannot be kept in " + file + " (") && message.endsWith(
                "): choose another folder, or another cache folder with LETHE_CACHE"), message);
    }

    @Test
    void shouldSayWhenAFileHasTheNameOfTheFolder() throws IOException {
        Path file = Files.writeString(to.resolve("plain-folder"), "not a folder");
        assertEquals(file + " is a file where data set plain has a folder: move it away, or choose another folder",
                refusal(plain()));
    }

    @Test
    void shouldKnowWhatItsAuthorsPublish() {
        for (NamedDataSet named : NamedDataSet.values()) {
            assertEquals(named.embedded(), Publication.of(named.title()).isEmpty(), named.title());
        }
        for (Publication publication : Publication.all()) {
            assertEquals(publication.packed() ? 1 : 4, publication.files().size());
            assertTrue(publication.bytes() > 10_000_000 && publication.bytes() < 200_000_000, publication.name());
        }
        assertTrue(Publication.of("emnist").isEmpty());
        assertEquals("source 'ftp://host/': write http:// or https:// and the folder, with a slash at its end",
                assertThrows(IllegalArgumentException.class, () -> plain(URI.create("ftp://host/"))).getMessage());
    }
}
