package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendProvider;
import dev.lethe.kernels.BackendUnavailableException;

/**
 * The provider of the GPU backend. {@code $LETHE_CUDA_DEVICE} chooses among several devices; otherwise it takes the
 * first.
 */
public final class CudaBackendProvider implements BackendProvider {
    private static final String DEVICE_VARIABLE = "LETHE_CUDA_DEVICE";
    private static final int RANK = 200; // before those of the processor

    /** Creates the provider, as {@link java.util.ServiceLoader} does. */
    public CudaBackendProvider() {}

    @Override
    public String name() {
        return CudaBackend.NAME;
    }

    @Override
    public int rank() {
        return RANK;
    }

    @Override
    public Availability availability() {
        return CudaMachine.here().availability();
    }

    @Override
    public Backend open(int threads) {
        if (availability() instanceof Availability.Unavailable(String reason, String remedy)) {
            throw new BackendUnavailableException("backend " + name() + " cannot run here: " + reason + "; " + remedy);
        }
        return new CudaBackend(CudaMachine.here().open(index(System.getenv(DEVICE_VARIABLE))));
    }

    /** Returns the index of the device that a text names; 0 if there is no text. */
    static int index(String text) {
        if (text == null || text.isBlank()) {
            return 0;
        }
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    DEVICE_VARIABLE + "=" + text + " is no index of a device: set it to 0, 1, ...", e);
        }
    }
}
