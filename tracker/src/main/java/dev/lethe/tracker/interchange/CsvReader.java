package dev.lethe.tracker.interchange;

import dev.lethe.tracker.io.FileBytes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A reader of the records of a CSV file (RFC 4180): quoted fields may hold separators, line breaks and doubled quotes.
 * Lines end with CR, LF or both. It skips a byte order mark and blank lines: those that hold nothing but spaces, tabs
 * and separators, as spreadsheets write empty rows.
 * <p>
 * It works on bytes, so that texts in any encoding that extends ASCII pass; one record at a time is in memory. Not
 * thread-safe.
 */
public final class CsvReader implements Closeable {
    /** The separators of tables, the usual one first. */
    public static final List<Character> SEPARATORS = List.of(',', ';', '\t');

    /** The most bytes of a record: an unclosed quote must not take in the rest of a large file. */
    private static final int LONGEST_RECORD = 1 << 20;
    private static final int CHUNK = 1 << 16;
    private static final int END = -1;
    private static final int NO_SEPARATOR = -2;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final String name;
    private final InputStream input;
    private final int separator;
    private final byte[] chunk = new byte[CHUNK];
    private int chunkSize;
    private int chunkAt;

    private byte[] record = new byte[256];
    private int recordSize;
    private int[] ends = new int[16]; // where each field ends in the record
    private int fields;
    private boolean quoted;
    private boolean wellFormed;
    private long line = 1;
    private long recordLine;
    private long blankLines;

    private CsvReader(String name, InputStream input, int separator) throws IOException {
        this.name = name;
        this.input = input;
        this.separator = separator;
        try {
            fill();
        } catch (IOException e) {
            input.close();
            throw e;
        }
        if (chunkSize >= BYTE_ORDER_MARK.length
                && Arrays.equals(chunk, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length)) {
            chunkAt = BYTE_ORDER_MARK.length;
        }
    }

    /**
     * Opens a table.
     *
     * @param name
     *            the name of the file, for messages
     * @param input
     *            the file, owned from now on: closed with this reader, and when it cannot be read
     * @param separator
     *            the character between the fields of a record
     */
    public static CsvReader of(String name, InputStream input, char separator) throws IOException {
        return new CsvReader(name, input, separator);
    }

    /**
     * Opens a list of texts that may be quoted: each record is one field.
     *
     * @param name
     *            the name of the file, for messages
     * @param input
     *            the file, owned from now on: closed with this reader, and when it cannot be read
     */
    public static CsvReader ofLines(String name, InputStream input) throws IOException {
        return new CsvReader(name, input, NO_SEPARATOR);
    }

    /**
     * Reads the next record; returns false at the end of the file.
     *
     * @throws InterchangeException
     *             if the file is not text, a quote is not closed, or a record is longer than that of any table
     */
    public boolean next() throws IOException {
        blankLines = -1;
        do {
            blankLines++;
            recordLine = line;
            if (peek() == END) {
                return false;
            }
            recordSize = 0;
            fields = 0;
            quoted = false;
            wellFormed = true;
            while (field()) {
                append(chunk[chunkAt++]); // the separator, for the sake of rest
            }
            endLine();
        } while (isBlank());
        return true;
    }

    private boolean isBlank() {
        for (int at = 0; at < recordSize; at++) {
            if (record[at] != ' ' && record[at] != '\t' && record[at] != separator) {
                return false;
            }
        }
        return !quoted;
    }

    /** Reads up to the end of a field; returns true if a separator comes next. */
    private boolean field() throws IOException {
        int start = recordSize;
        while (peek() == ' ') {
            append(chunk[chunkAt++]);
        }
        if (peek() == '"') {
            recordSize = start; // spaces before a quote are outside of the field
            chunkAt++;
            quoted = true;
            quotedPart();
            wellFormed &= atEndOfField();
        }
        while (!atEndOfField()) {
            append(chunk[chunkAt++]);
        }
        if (fields == ends.length) {
            ends = Arrays.copyOf(ends, 2 * fields);
        }
        ends[fields++] = recordSize;
        return peek() == separator;
    }

    private void quotedPart() throws IOException {
        while (true) {
            int next = peek();
            if (next == END) {
                throw problem("a quote is not closed");
            }
            chunkAt++;
            if (next == '"') {
                if (peek() != '"') {
                    return;
                }
                chunkAt++;
            } else if (next == '\n' || next == '\r' && peek() != '\n') {
                line++;
            }
            append((byte) next);
        }
    }

    private boolean atEndOfField() throws IOException {
        int next = peek();
        return next == separator || next == '\n' || next == '\r' || next == END;
    }

    private void endLine() throws IOException {
        line++;
        if (peek() == '\r') {
            chunkAt++;
        } else if (peek() == '\n') {
            chunkAt++;
            return;
        }
        if (peek() == '\n') {
            chunkAt++;
        }
    }

    private void append(byte next) throws InterchangeException {
        if (next == 0) {
            throw problem("it has NUL bytes, so it is not CSV in UTF-8 or another extension of ASCII: convert it");
        }
        if (recordSize == LONGEST_RECORD) {
            throw problem("a row of more than " + LONGEST_RECORD + " bytes: not CSV, or a quote is not closed");
        }
        if (recordSize == record.length) {
            record = Arrays.copyOf(record, 2 * recordSize);
        }
        record[recordSize++] = next;
    }

    /** Returns the next byte, {@code [0, 256)}, or {@link #END}, without passing it. */
    private int peek() throws IOException {
        if (chunkAt == chunkSize) {
            fill();
        }
        return chunkSize == 0 ? END : Byte.toUnsignedInt(chunk[chunkAt]);
    }

    private void fill() throws IOException {
        try {
            chunkSize = input.readNBytes(chunk, 0, CHUNK);
        } catch (IOException e) {
            throw FileBytes.unreadable(e, InterchangeException.of(name));
        }
        chunkAt = 0;
    }

    /** Returns the number of fields of the current record. */
    public int fields() {
        return fields;
    }

    /** Returns a field of the current record, without the spaces around it. */
    public String field(int index) {
        return unstripped(index).strip();
    }

    /** Returns a field of the current record as it stands, with the spaces around it. */
    public String unstripped(int index) {
        return text(index, ends[index]);
    }

    /** Returns a field and all after it, separators included: a text that contains separators and was not quoted. */
    public String rest(int index) {
        return text(index, recordSize).strip();
    }

    private String text(int first, int end) {
        int start = first == 0 ? 0 : ends[first - 1] + 1; // after a separator
        return new String(record, start, end - start, StandardCharsets.UTF_8);
    }

    /** Returns all fields of the current record. */
    public List<String> all() {
        List<String> all = new ArrayList<>(fields);
        for (int index = 0; index < fields; index++) {
            all.add(field(index));
        }
        return all;
    }

    /** Tells whether nothing but a separator followed the closing quotes of the current record. */
    public boolean wellFormed() {
        return wellFormed;
    }

    /** Returns the line on which the current record starts, counted from 1. */
    public long line() {
        return recordLine;
    }

    /** Returns the number of blank lines that were skipped before the current record. */
    public long blankLines() {
        return blankLines;
    }

    /** Makes an exception that names the current record and its problem. */
    InterchangeException problem(String problem) {
        return new InterchangeException(place(), problem);
    }

    /** Returns the file, and the line on which the current record starts, counted from 1. */
    String place() {
        return name + " line=" + recordLine;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
