package dev.lethe.nativelib.cuda;

import dev.lethe.kernels.BackendFailedException;

/**
 * The failure of a device after which the driver refuses all further work of this process on it, such as an access to
 * memory that is not there. The call that reports it may be a later one than the call that failed.
 */
final class LostDeviceException extends BackendFailedException {
    private static final long serialVersionUID = 1L;

    LostDeviceException(String message) {
        super(message);
    }

    LostDeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
