package dev.lethe.kernels.reference;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;

/** The reference agrees with itself; what is worth it here are its refusals and edge cases. */
class ReferenceBackendContractTest extends BackendContract {
    @Override
    protected Backend open() {
        return new ReferenceBackend();
    }
}
