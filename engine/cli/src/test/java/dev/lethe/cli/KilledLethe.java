package dev.lethe.cli;

import com.sun.jdi.ArrayReference;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.ByteValue;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.connect.VMStartException;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.ClassPrepareRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/**
 * The command line in a JVM of its own, killed with SIGKILL where it is about to rename a file. A debugger stops it
 * there, so that no timing decides where it dies.
 */
final class KilledLethe {
    private static final String FILES = Files.class.getName();

    /**
     * The end of a JVM.
     *
     * @param killedAt name that the file was to get; empty where it ended by itself
     * @param output that it printed before
     */
    record Ended(Optional<String> killedAt, String output) {}

    private final VirtualMachine machine;
    private final BiPredicate<Integer, String> dies;
    private int renames;

    private KilledLethe(VirtualMachine machine, BiPredicate<Integer, String> dies) {
        this.machine = machine;
        this.dies = dies;
    }

    /**
     * Runs a command.
     *
     * @param cache folder for decoded images and timings
     * @param dies test of each rename, by its number from 0 and the name that the file is to get, for whether to kill
     */
    static Ended run(Path cache, BiPredicate<Integer, String> dies, List<String> arguments) throws Exception {
        return new KilledLethe(launch(cache, arguments), dies).run();
    }

    private static VirtualMachine launch(Path cache, List<String> arguments)
            throws IOException, IllegalConnectorArgumentsException, VMStartException {
        LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
        Map<String, Connector.Argument> settings = connector.defaultArguments();
        settings.get("main").setValue(Lethe.class.getName() + arguments.stream().map(text -> " \"" + text + "\"")
                .collect(Collectors.joining()));
        settings.get("options").setValue("-XX:+UseSerialGC --add-modules=jdk.incubator.vector "
                + "--enable-native-access=ALL-UNNAMED -Djava.awt.headless=true -Dlethe.cache=" + cache + " -cp "
                + System.getProperty("java.class.path"));
        return connector.launch(settings);
    }

    private Ended run() throws Exception {
        Process process = machine.process();
        List<String> output = Collections.synchronizedList(new ArrayList<>());
        Thread out = Thread.ofVirtual().start(() -> read(process.inputReader(), output));
        Thread err = Thread.ofVirtual().start(() -> read(process.errorReader(), output));
        ClassPrepareRequest prepared = machine.eventRequestManager().createClassPrepareRequest();
        prepared.addClassFilter(FILES);
        prepared.enable();
        machine.classesByName(FILES).forEach(this::stopAtRenames);
        Optional<String> killedAt = follow();
        process.waitFor();
        out.join();
        err.join();
        return new Ended(killedAt, String.join("\n", output));
    }

    private static void read(BufferedReader from, List<String> lines) {
        try (from) {
            from.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) { // it was killed
            lines.add(e.toString());
        }
    }

    private void stopAtRenames(ReferenceType files) {
        for (Method move : files.methodsByName("move")) {
            machine.eventRequestManager().createBreakpointRequest(move.location()).enable();
        }
    }

    /** Lets the process continue until it dies or ends. */
    private Optional<String> follow() throws InterruptedException, IncompatibleThreadStateException {
        try {
            while (true) {
                EventSet events = machine.eventQueue().remove();
                for (Event event : events) {
                    switch (event) {
                        case ClassPrepareEvent prepared -> stopAtRenames(prepared.referenceType());
                        case BreakpointEvent stopped -> {
                            String name = target(stopped);
                            if (dies.test(renames++, name)) {
                                machine.process().toHandle().destroyForcibly();
                                return Optional.of(name);
                            }
                        }
                        case VMDeathEvent _,VMDisconnectEvent _ -> {
                            events.resume();
                            return Optional.empty();
                        }
                        default -> {
                            // its start
                        }
                    }
                }
                events.resume();
            }
        } catch (VMDisconnectedException _) {
            return Optional.empty();
        }
    }

    /** Returns the last part of the second argument, a path. */
    private static String target(BreakpointEvent stopped) throws IncompatibleThreadStateException {
        String path = stopped.thread().frame(0).getArgumentValues().get(1) instanceof ObjectReference object
                ? bytes(object)
                : "";
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns the text of a {@code sun.nio.fs.UnixPath}: no method can be invoked while all threads stand. */
    private static String bytes(ObjectReference path) {
        ArrayReference bytes = (ArrayReference) path.getValue(path.referenceType().fieldByName("path"));
        StringBuilder text = new StringBuilder();
        bytes.getValues().forEach(value -> text.append((char) ((ByteValue) value).value()));
        return text.toString();
    }
}
