package dev.lethe.kernels.reference;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;

/** The provider of the reference backend, which is always available and never the best. */
public final class ReferenceBackendProvider implements BackendProvider {
    /** Creates the provider, as {@link java.util.ServiceLoader} does. */
    public ReferenceBackendProvider() {}

    @Override
    public String name() {
        return ReferenceBackend.NAME;
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public Availability availability() {
        return new Availability.Available("scalar loops in double precision on one thread, for checking");
    }

    @Override
    public Backend open(int threads) {
        return new ReferenceBackend();
    }
}
