package dev.lethe.kernels.reference;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendContract;

/** The contract on the reference itself, for its refusals and edge cases: it agrees with itself. */
class ReferenceBackendContractTest extends BackendContract {
    @Override
    protected Backend open() {
        return new ReferenceBackend();
    }
}
