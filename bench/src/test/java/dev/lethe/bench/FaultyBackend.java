package dev.lethe.bench;

import dev.lethe.kernels.Backend;
import dev.lethe.kernels.BackendFailedException;
import dev.lethe.kernels.Backends;
import dev.lethe.kernels.Plan;
import dev.lethe.kernels.Program;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A backend of the processor with a fault after a number of runs of its plans. */
final class FaultyBackend {
    static final String MESSAGE = "cuGraphLaunch failed: CUDA error 719, unspecified launch failure";

    /** The kind of a fault: no call succeeds any more, as after the loss of a GPU, or one run is left out. */
    private enum Fault {
        LOSS, OMISSION
    }

    private final Fault fault;
    private int runs;

    private FaultyBackend(Fault fault, int runs) {
        this.fault = fault;
        this.runs = runs;
    }

    static Backend lostAfter(int runs) {
        return new FaultyBackend(Fault.LOSS, runs).faulty(Backend.class, Backends.open("vector", 1));
    }

    static Backend omittingTheRunAfter(int runs) {
        return new FaultyBackend(Fault.OMISSION, runs).faulty(Backend.class, Backends.open("vector", 1));
    }

    @SuppressWarnings("unchecked")
    private <T> T faulty(Class<T> type, T target) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, arguments) -> {
            if (target instanceof Plan && method.getName().equals("run")) {
                runs--;
                if (runs == -1 && fault == Fault.OMISSION) {
                    return null;
                }
            }
            if (runs < 0 && fault == Fault.LOSS) {
                throw new BackendFailedException(MESSAGE);
            }
            try {
                return switch (method.invoke(target, arguments)) {
                    case Program program -> faulty(Program.class, program);
                    case Plan plan -> faulty(Plan.class, plan);
                    case null -> null;
                    case Object other -> other;
                };
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
