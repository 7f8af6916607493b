package dev.lethe.tracker.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The implementations of a service on the class path or module path, each with a name of its own. One that cannot be
 * used is refused and never left out, so that a name always means the same.
 *
 * @param <S>
 *            the service
 * @param kind
 *            the noun for one of them in messages: {@code score}
 * @param name
 *            returns the name of one
 * @param taken
 *            tells whether Lethe has one of that name
 */
public record Providers<S>(String kind, Function<S, String> name, Predicate<String> taken) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

    /**
     * Makes one of each implementation of a service.
     *
     * @param <S>
     *            the service
     * @param kind
     *            the noun for one of them in messages: {@code data format}
     * @param loader
     *            finds them; the caller's own, whose module says that it uses the service
     * @return one of each, in the order of the loader
     * @throws UnusableProviderException
     *             if one is not there, cannot be linked, is of another type, or fails while it is made
     */
    public static <S> List<S> all(String kind, ServiceLoader<S> loader) {
        List<S> found = new ArrayList<>();
        try {
            loader.forEach(found::add);
        } catch (ServiceConfigurationError | LinkageError e) { // damaged, of a newer Java, or without what it needs
            throw new UnusableProviderException("a " + kind + " cannot be loaded, " + e.getMessage()
                    + (e.getCause() == null ? "" : " by " + e.getCause())
                    + ": mend its class, or take the JAR or folder that provides it off the path", e);
        }
        return found;
    }

    /**
     * Loads all, each under a name of its own.
     *
     * @param loader
     *            finds them
     * @return one of each, in the order of the loader
     * @throws UnusableProviderException
     *             if one cannot be made or has no name of its own; the message names it
     */
    public List<S> load(ServiceLoader<S> loader) {
        List<S> found = all(kind, loader);
        Map<String, S> named = new HashMap<>();
        for (S each : found) {
            S other = named.putIfAbsent(requireOwnName(each), each);
            if (other != null) {
                throw new UnusableProviderException("two of class=" + other.getClass().getName() + " and class="
                        + each.getClass().getName() + " are the " + kind + " '" + name.apply(each)
                        + "': give one of them another name, or take it off the path");
            }
        }
        return List.copyOf(found);
    }

    /**
     * Refuses an implementation whose name cannot be written on a command line, or is that of one of Lethe's.
     *
     * @param each
     *            the implementation
     * @return its name
     * @throws UnusableProviderException
     *             if it has no name of its own
     */
    public String requireOwnName(S each) {
        String own = name.apply(each);
        if (!NAME.matcher(own).matches()) {
            throw new UnusableProviderException(kind + " '" + own + "' of class=" + each.getClass().getName()
                    + ": name it with small letters, digits and underscores, a letter first");
        }
        if (taken.test(own)) {
            throw new UnusableProviderException(kind + " '" + own + "' of class=" + each.getClass().getName()
                    + " has the name of one of Lethe's: give it another name");
        }
        return own;
    }
}
