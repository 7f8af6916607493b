package dev.lethe.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.zip.ZipException;

/**
 * Words for failures of file access, for which the platform's message is often only a path or the name of a class.
 *
 * @param reason reason of the failure, to stand after a colon
 * @param remedy remedy for the user, to stand after a semicolon
 */
public record FileProblem(String reason, String remedy) {
    private static final String CHECK = "check the path and the disk";
    private static final String WHOLE_COPY = "put back a whole copy of it";

    /** Returns the reason of a failure in a few words, to stand after the name of the file. */
    public static String reason(IOException failure) {
        return of(failure).reason;
    }

    /** Returns the file, if the failure knows it, and the reason. */
    public static String fileAndReason(IOException failure) {
        return failure instanceof FileSystemException known && known.getFile() != null
                ? known.getFile() + ", " + reason(failure)
                : reason(failure);
    }

    /** Returns a sentence with file, reason and remedy, for a failure whose context is not known. */
    public static String sentence(IOException failure) {
        String message = failure.getMessage();
        if (failure.getClass() == IOException.class && message != null && message.contains(": ")) {
            return message; // the system's own words hold no colon: it was written to be read
        }
        String file = failure instanceof FileSystemException known && known.getFile() != null
                ? known.getFile()
                : "a file";
        FileProblem problem = of(failure);
        return file + " cannot be read or written: " + problem.reason + "; " + problem.remedy;
    }

    private static FileProblem of(IOException failure) {
        return switch (failure) {
            case FileSystemException known -> ofFileSystem(known);
            case CharacterCodingException _ -> new FileProblem("it is not text in UTF-8", "save it in UTF-8");
            case EOFException _ -> new FileProblem("it ends too early", WHOLE_COPY);
            case ZipException e -> new FileProblem("it is damaged (" + message(e) + ")", WHOLE_COPY);
            case ClosedByInterruptException _ -> new FileProblem("the program was interrupted", "start it again");
            case InterruptedIOException _ -> new FileProblem("the program was interrupted", "start it again");
            default -> new FileProblem(message(failure), CHECK);
        };
    }

    private static FileProblem ofFileSystem(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ ->
                new FileProblem("it does not exist, or is a link to nothing", "check the path");
            case AccessDeniedException _ ->
                new FileProblem("this user may not", "change its permissions, or choose another place");
            case FileAlreadyExistsException _ -> new FileProblem("something of that name is there already",
                    "delete it, or choose another name");
            case DirectoryNotEmptyException _ -> new FileProblem("it is a folder that is not empty",
                    "delete what is in it, or choose another name");
            case NotDirectoryException _ -> new FileProblem("it is not a folder", "check the path");
            case AtomicMoveNotSupportedException e -> new FileProblem("its file system cannot rename it to "
                    + e.getOtherFile() + " in one step", "choose a folder on one file system");
            default -> new FileProblem(failure.getReason() == null ? kind(failure) : failure.getReason(), CHECK);
        };
    }

    /** Returns the first line of a message, or the kind of the failure if it has none. */
    private static String message(IOException failure) {
        return failure.getMessage() == null || failure.getMessage().isBlank()
                ? kind(failure)
                : failure.getMessage().strip().lines().findFirst().orElseThrow();
    }

    private static String kind(IOException failure) {
        return failure.getClass().getSimpleName().replace("Exception", "");
    }
}
