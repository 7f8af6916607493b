package dev.lethe.study;

import java.util.Map;

/**
 * The values of a {@code config.json}.
 *
 * @param fields by name
 */
record ConfigFile(Map<?, ?> fields) {
    Number number(String key) {
        if (fields.get(key) instanceof Number number) {
            return number;
        }
        throw unusable(key, "a number");
    }

    String text(String key) {
        if (fields.get(key) instanceof String text) {
            return text;
        }
        throw unusable(key, "a text");
    }

    boolean flag(String key) {
        if (fields.get(key) instanceof Boolean flag) {
            return flag;
        }
        throw unusable(key, "true or false");
    }

    /** To be thrown where a value is not of the kind that is needed. */
    StudyException unusable(String key, String needed) {
        return new StudyException("config.json has " + key + "=" + fields.get(key) + " where " + needed
                + " is needed: it was altered, or written by another version");
    }
}
