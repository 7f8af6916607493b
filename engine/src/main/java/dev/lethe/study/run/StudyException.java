package dev.lethe.study.run;

/** A study cannot run or cannot write its results; the message names the value and the remedy. */
public final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StudyException(String message) {
        super(message);
    }

    public StudyException(String message, Throwable cause) {
        super(message, cause);
    }
}
