package dev.lethe.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileProblemTest {
    static Stream<Arguments> sentences() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("nope"),
                        "nope cannot be read or written: it does not exist, or is a link to nothing; check the path"),
                Arguments.of(new AccessDeniedException("mine"),
                        "mine cannot be read or written: this user may not; change its permissions, or choose another "
                                + "place"),
                Arguments.of(new FileAlreadyExistsException("here"),
                        "here cannot be read or written: something of that name is there already; delete it, or choose "
                                + "another name"),
                Arguments.of(new DirectoryNotEmptyException("full"),
                        "full cannot be read or written: it is a folder that is not empty; delete what is in it, or "
                                + "choose another name"),
                Arguments.of(new NotDirectoryException("file"),
                        "file cannot be read or written: it is not a folder; check the path"),
                Arguments.of(new AtomicMoveNotSupportedException("a.partial", "a", "Invalid cross-device link"),
                        "a.partial cannot be read or written: its file system cannot rename it to a in one step; "
                                + "choose a folder on one file system"),
                Arguments.of(new FileSystemException("long", null, "File name too long"),
                        "long cannot be read or written: File name too long; check the path and the disk"),
                Arguments.of(new FileSystemException(null, null, null),
                        "a file cannot be read or written: FileSystem; check the path and the disk"),
                Arguments.of(new FileNotFoundException("nope (No such file or directory)"),
                        "a file cannot be read or written: nope (No such file or directory); check the path and the "
                                + "disk"),
                Arguments.of(new MalformedInputException(1),
                        "a file cannot be read or written: it is not text in UTF-8; save it in UTF-8"),
                Arguments.of(new EOFException(),
                        "a file cannot be read or written: it ends too early; put back a whole copy of it"),
                Arguments.of(new ZipException("invalid LOC header"),
                        "a file cannot be read or written: it is damaged (invalid LOC header); put back a whole copy "
                                + "of it"),
                Arguments.of(new ClosedByInterruptException(),
                        "a file cannot be read or written: the program was interrupted; start it again"),
                Arguments.of(new InterruptedIOException("timeout"),
                        "a file cannot be read or written: the program was interrupted; start it again"),
                Arguments.of(new IOException("No space left on device"),
                        "a file cannot be read or written: No space left on device; check the path and the disk"),
                Arguments.of(new IOException(),
                        "a file cannot be read or written: IO; check the path and the disk"),
                Arguments.of(new IOException("history=h.lethe: nothing fits, No space left on device: free some"),
                        "history=h.lethe: nothing fits, No space left on device: free some"));
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void shouldSayFileReasonAndRemedy(IOException failure, String sentence) {
        assertEquals(sentence, FileProblem.sentence(failure));
    }

    @Test
    void shouldGiveTheReasonAloneWhereTheFileIsKnown() {
        assertEquals("it does not exist, or is a link to nothing", FileProblem.reason(new NoSuchFileException("nope")));
        assertEquals("File name too long", FileProblem.reason(new FileSystemException("long", null,
                "File name too long")));
        assertEquals("one line", FileProblem.reason(new IOException("one line\nand another")));
        assertEquals("nope, it does not exist, or is a link to nothing",
                FileProblem.fileAndReason(new NoSuchFileException("nope")));
        assertEquals("No space left on device", FileProblem.fileAndReason(new IOException("No space left on device")));
    }
}
