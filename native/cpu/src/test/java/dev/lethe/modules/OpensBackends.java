package dev.lethe.modules;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendUnavailableException;
import dev.lethe.kernels.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that opens backends by name, for {@link ModulesTest}. */
public final class OpensBackends {
    private OpensBackends() {}

    /** Writes a line for each backend: its name and the module of its class, or why it cannot run. */
    public static void main(String[] arguments) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : List.of("cpu", "onednn", "vector", "reference")) {
            try (Backend backend = Backends.open(name, 1)) {
                lines.add(backend.info().name() + " " + backend.getClass().getModule().getName());
            } catch (BackendUnavailableException e) {
                lines.add(e.getMessage());
            }
        }
        Files.write(Path.of(arguments[0]), lines);
    }
}
