package dev.lethe.data.picture;

import java.util.Objects;

/** Exception for a file that holds no picture that is read here; its message gives the reason. */
public final class UndecodableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndecodableException(String reason) {
        super(reason);
    }

    UndecodableException(String reason, Exception cause) {
        super(reason, cause);
    }

    /** Makes the exception for a file that is longer than can be read. */
    public static UndecodableException tooLong(long bytes, long most) {
        return new UndecodableException("it has bytes=" + bytes + ", more than " + most);
    }

    /** Makes the exception for a picture whose long side would be too long beside a short one of {@code side}. */
    public static UndecodableException tooNarrow(Picture picture, int side, Exception cause) {
        return new UndecodableException("it is " + picture.width() + " x " + picture.height()
                + ", too narrow to be resized to a short side of " + side, cause);
    }

    static UndecodableException truncated() {
        return new UndecodableException("it is truncated");
    }

    static UndecodableException damaged(String where) {
        return new UndecodableException("it is damaged (" + where + ")");
    }

    /** Returns the beginning of a sentence about the file. */
    public String reason() {
        return Objects.requireNonNull(getMessage(), "both constructors take one");
    }
}
