package dev.lethe.io;

import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Providers of a service that jars on the class path or module path register, see {@link ServiceLoader}. */
public final class Providers {
    private Providers() {}

    /**
     * Makes an object of every provider, in the order in which they are found.
     *
     * @param service the service, whose name is that of the file in {@code META-INF/services}
     * @throws UnusableProviderException when a provider is not there, cannot be linked, is of another type, or fails
     *         while it is made
     */
    public static <S> List<S> of(Class<S> service) {
        try {
            return ServiceLoader.load(service).stream().map(ServiceLoader.Provider::get).toList();
        } catch (ServiceConfigurationError | LinkageError e) { // damaged, of a newer Java, or without what it needs
            String cause = e.getCause() == null ? "" : ", because of " + e.getCause();
            throw new UnusableProviderException("a provider of " + service.getSimpleName() + " cannot be used: "
                    + e.getMessage() + cause + "; mend it, or take it off the class path", e);
        }
    }
}
