package dev.lethe.tracker.interchange;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A parser of the Python dictionary in the header of a {@code .npy} file: three keys, each with a literal. */
final class NpyHeaderText {
    /** The type of texts of a fixed number of characters, which is not beyond that of any name. */
    private static final Pattern TEXT = Pattern
            .compile("(?<quote>['\"])([<>]U|\\|S)(?<length>[1-9]\\d{0,4})\\k<quote>");

    private final String name;
    private final String text;
    private int at;

    /**
     * Makes a parser.
     *
     * @param name
     *            the name of the file, for messages
     * @param text
     *            the dictionary
     */
    NpyHeaderText(String name, String text) {
        this.name = name;
        this.text = text.strip();
    }

    NpyHeader parse() throws InterchangeException {
        Map<String, String> literals = literals();
        String descr = literals.remove("descr");
        String fortran = literals.remove("fortran_order");
        String shape = literals.remove("shape");
        if (descr == null || fortran == null || shape == null || !literals.isEmpty()) {
            throw damaged();
        }
        int characters = characters(descr);
        ElementType type = characters == 0
                ? type(descr)
                : descr.charAt(2) == 'S' ? ElementType.UINT8 : ElementType.UINT32;
        ByteOrder order = descr.charAt(1) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        NpyHeader header = new NpyHeader(type, characters, order, shape(shape, descr), isFortran(fortran));
        if (header.shape().elements() > Long.MAX_VALUE / header.elementBytes()) {
            throw problem("shape=" + shape + " has more bytes than can be counted");
        }
        return header;
    }

    /** Reads the source text of each value by its key. */
    private Map<String, String> literals() throws InterchangeException {
        Map<String, String> literals = new HashMap<>();
        if (text.isEmpty() || text.charAt(at++) != '{') {
            throw damaged();
        }
        while (peek() != '}') {
            String key = key();
            String value = value();
            if (literals.put(key, value) != null) {
                throw damaged();
            }
            if (peek() == ',') {
                at++;
            }
        }
        if (at != text.length() - 1) {
            throw damaged();
        }
        return literals;
    }

    /** Returns the next character that is not a space, without passing it. */
    private char peek() throws InterchangeException {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        if (at == text.length()) {
            throw damaged();
        }
        return text.charAt(at);
    }

    private String key() throws InterchangeException {
        char quote = peek();
        int end = text.indexOf(quote, at + 1);
        if (quote != '\'' && quote != '"' || end < 0) {
            throw damaged();
        }
        String key = text.substring(at + 1, end);
        at = end + 1;
        if (peek() != ':') {
            throw damaged();
        }
        at++;
        return key;
    }

    /** Reads a value up to the comma or brace that ends it, outside of its own brackets and quotes. */
    private String value() throws InterchangeException {
        int start = at;
        int depth = 0;
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if (depth == 0 && (c == ',' || c == '}')) {
                return text.substring(start, at).strip();
            } else if (c == ')' || c == ']' || c == '}') {
                depth--;
            }
        }
        throw damaged();
    }

    private ElementType type(String descr) throws InterchangeException {
        boolean simple = descr.length() > 3 && (descr.charAt(0) == '\'' || descr.charAt(0) == '"')
                && descr.indexOf(descr.charAt(0), 1) == descr.length() - 1;
        if (simple) {
            Optional<ElementType> type = ElementType.ofCode(descr.substring(2, descr.length() - 1));
            String orders = type.isPresent() && type.get().bytes() == 1 ? "<>|" : "<>";
            if (type.isPresent() && orders.indexOf(descr.charAt(1)) >= 0) {
                return type.get();
            }
        }
        throw problem("descr=" + InterchangeException.shown(descr)
                + " is not a type that is read here (bool, integers, floats of up to 8 bytes, str, bytes): "
                + "convert the array with astype");
    }

    /** Returns the number of characters of each text; 0 where the type is none of texts. */
    private static int characters(String descr) {
        Matcher text = TEXT.matcher(descr);
        return text.matches() ? Integer.parseInt(text.group("length")) : 0;
    }

    private boolean isFortran(String literal) throws InterchangeException {
        return switch (literal) {
            case "False" -> false;
            case "True" -> true;
            default -> throw damaged();
        };
    }

    private ArrayShape shape(String tuple, String descr) throws InterchangeException {
        if (!tuple.startsWith("(") || !tuple.endsWith(")") || tuple.length() < 2) {
            throw damaged();
        }
        String inside = tuple.substring(1, tuple.length() - 1).strip();
        List<Long> lengths = new ArrayList<>();
        for (String length : inside.isEmpty() ? new String[0] : inside.split(",")) {
            lengths.add(length(length.strip()));
        }
        boolean oneWithoutComma = lengths.size() == 1 && !inside.endsWith(",");
        if (oneWithoutComma) {
            throw damaged();
        }
        try {
            return new ArrayShape(lengths);
        } catch (IllegalArgumentException e) {
            throw new InterchangeException(name,
                    "descr=" + descr + " shape=" + InterchangeException.shown(tuple) + ": " + e.getMessage(),
                    e);
        }
    }

    private long length(String digits) throws InterchangeException {
        try {
            // Python 2 marks long integers
            return Long.parseLong(digits.endsWith("L") ? digits.substring(0, digits.length() - 1) : digits);
        } catch (NumberFormatException e) {
            throw new InterchangeException(name,
                    "length=" + InterchangeException.shown(digits) + " in the shape of its header: damaged", e);
        }
    }

    private InterchangeException damaged() {
        return problem("not written by NumPy, its header is " + InterchangeException.shown(text));
    }

    private InterchangeException problem(String problem) {
        return new InterchangeException(name, problem);
    }
}
