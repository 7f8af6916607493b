package dev.lethe.tracker.select;

import java.util.List;

/**
 * An offer of rules, by which {@link RemovalRule#parse} and the command line find them. The class is public, has a
 * public constructor without parameters, and is named in the file {@code
 * META-INF/services/dev.lethe.tracker.select.RemovalRuleProvider} of its JAR, or provided by its module.
 */
public interface RemovalRuleProvider {
    /**
     * Returns the name with which the texts of its rules begin: small letters, digits and underscores, a letter first.
     */
    String name();

    /** Returns the form of the texts, for messages: {@code nearest:SHARE}. */
    default String form() {
        return name();
    }

    /**
     * Makes a rule from its text. Equal texts give equal rules.
     *
     * @param arguments
     *            what stands after the name and each colon: {@code 0.1} of {@code nearest:0.1}
     * @return the rule, the {@linkplain RemovalRule#text text} and {@linkplain RemovalRule#key key} of which begin with
     *         the name
     * @throws IllegalArgumentException
     *             if there is no such rule; the message names the argument and the choices
     */
    RemovalRule rule(List<String> arguments);
}
