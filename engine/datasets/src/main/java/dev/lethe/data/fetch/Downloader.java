package dev.lethe.data.fetch;

import dev.lethe.data.fetch.Publication.RemoteFile;
import dev.lethe.io.AtomicFiles;
import dev.lethe.tracker.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Downloader of one file at a time. Bytes that have arrived stay in {@code NAME.part}, from which a later download
 * continues; the file has its name only when its digest is right.
 */
final class Downloader implements AutoCloseable {
    private static final int CHUNK = 1 << 16;
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final HttpClient client;
    private final ScheduledExecutorService timer;
    private final Duration patience;
    private final FetchListener listener;

    /**
     * Opens a client.
     *
     * @param patience longest wait for a connection, for an answer, and for the next bytes
     * @param listener is told of the downloads
     */
    Downloader(Duration patience, FetchListener listener) {
        this.client = HttpClient.newBuilder().connectTimeout(patience).followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        this.timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
        this.patience = patience;
        this.listener = listener;
    }

    /** Exception for a file that no source has; its message has the answer of each. */
    static final class NoSourceException extends IOException {
        private static final long serialVersionUID = 1L;

        NoSourceException(List<String> failures) {
            super(String.join("; ", failures));
        }
    }

    /** Exception for a source that need not be tried again. */
    private static final class SourceException extends Exception {
        private static final long serialVersionUID = 1L;

        SourceException(String message) {
            super(message);
        }
    }

    /** Exception for a failure of the connection, not of the disk. */
    private static final class ConnectionException extends Exception {
        private static final long serialVersionUID = 1L;

        ConnectionException(IOException cause) {
            super(reason(cause), cause);
        }

        private static String reason(Throwable failure) {
            Throwable cause = failure;
            while (cause.getMessage() == null && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof UnresolvedAddressException) {
                return "the address of its host is not known here";
            }
            return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        }
    }

    /**
     * Downloads from the first source that has the file.
     *
     * @param file file to download
     * @param sources folders that may have the file, each ending in a slash
     * @param folder folder that receives the file
     * @return the file, with the right digest
     * @throws NoSourceException when no source has it
     * @throws IOException when the folder cannot be written
     */
    Path download(RemoteFile file, List<URI> sources, Path folder) throws IOException {
        Path done = folder.resolve(file.name());
        if (Files.isRegularFile(done)) { // an earlier fetch left it, but a crash may have cut it off
            if (Sha256.ofFile(done).equals(file.sha256())) {
                return done;
            }
            Files.delete(done);
        }
        Path part = folder.resolve(file.name() + ".part");
        List<String> failures = new ArrayList<>();
        for (URI source : sources) {
            URI from = source.resolve(file.name());
            try {
                download(file, from, part);
                AtomicFiles.move(part, done);
                return done;
            } catch (SourceException e) {
                failures.add(from + " " + e.getMessage());
            }
        }
        throw new NoSourceException(failures);
    }

    /** Downloads from one source, and continues after each interruption as long as more bytes arrive. */
    private void download(RemoteFile file, URI from, Path part) throws IOException, SourceException {
        boolean startedOver = false;
        while (true) {
            long before = size(part);
            try {
                boolean resumed = receive(file, from, part);
                Sha256 found = Sha256.ofFile(part);
                if (found.equals(file.sha256())) {
                    return;
                }
                Files.delete(part);
                if (!resumed || startedOver) {
                    throw new SourceException("sent a file of SHA-256 " + found + ", not " + file.sha256()
                            + ", which was deleted");
                }
                startedOver = true; // what was there before may be to blame
            } catch (ConnectionException e) {
                if (size(part) <= before) {
                    throw new SourceException("failed (" + e.getMessage() + ")");
                }
            }
        }
    }

    private static long size(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    /** Receives the missing bytes; returns whether the bytes that were there before are part of the file. */
    private boolean receive(RemoteFile file, URI from, Path part)
            throws IOException, ConnectionException, SourceException {
        long there = size(part);
        HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(patience);
        if (there > 0) {
            request.header("Range", "bytes=" + there + "-");
        }
        HttpResponse<InputStream> response = send(request.build());
        try (InputStream body = response.body()) {
            switch (response.statusCode()) {
                case OK -> there = 0;
                case PARTIAL_CONTENT -> {
                    String range = response.headers().firstValue("Content-Range").orElse("");
                    if (!range.startsWith("bytes " + there + "-")) {
                        throw new SourceException("sent Content-Range '" + range + "' for what begins at " + there);
                    }
                }
                case RANGE_NOT_SATISFIABLE -> {
                    return true; // nothing is missing, or another file is there: the digest says which
                }
                default -> throw new SourceException("answered with status " + response.statusCode());
            }
            copy(file, from, body, part, there);
            return there > 0;
        }
    }

    private HttpResponse<InputStream> send(HttpRequest request) throws ConnectionException, InterruptedIOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new ConnectionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + request.uri());
        }
    }

    private void copy(RemoteFile file, URI from, InputStream body, Path part, long there)
            throws IOException, ConnectionException, SourceException {
        byte[] chunk = new byte[CHUNK];
        long arrived = there;
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                there > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
                Watch watch = new Watch(body, patience, timer);
                FetchListener.FileListener watcher = listener.started(file.name(), from, file.bytes())) {
            watcher.arrived(arrived);
            for (int read = watch.read(chunk); read >= 0; read = watch.read(chunk)) {
                arrived += read;
                if (arrived > file.bytes()) {
                    throw new SourceException("sent more than the " + file.bytes() + " bytes of the file");
                }
                write(out, ByteBuffer.wrap(chunk, 0, read));
                watcher.arrived(arrived);
            }
            out.force(true); // before the file gets its name
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        client.shutdownNow();
    }

    /** Reader of a stream that closes it when nothing has arrived for too long: a read would wait for ever. */
    private static final class Watch implements AutoCloseable {
        private static final int LOOKS = 4;

        private final InputStream body;
        private final Duration patience;
        private final Future<?> looking;
        private volatile long last = System.nanoTime();
        private volatile boolean expired;

        Watch(InputStream body, Duration patience, ScheduledExecutorService timer) {
            this.body = body;
            this.patience = patience;
            long period = Math.max(1, patience.toMillis() / LOOKS);
            looking = timer.scheduleAtFixedRate(this::look, period, period, TimeUnit.MILLISECONDS);
        }

        private void look() {
            if (System.nanoTime() - last > patience.toNanos()) {
                expired = true;
                try {
                    body.close();
                } catch (IOException e) {
                    throw new UncheckedIOException("the connection cannot be closed", e);
                }
            }
        }

        /** Reads the next bytes; returns their number, or -1 at the end. */
        int read(byte[] chunk) throws ConnectionException {
            try {
                int read = body.read(chunk);
                if (expired) {
                    throw new IOException("the stream was closed");
                }
                last = System.nanoTime();
                return read;
            } catch (IOException e) {
                throw new ConnectionException(expired
                        ? new IOException("nothing came for " + patience.toMillis() + " ms", e)
                        : e);
            }
        }

        @Override
        public void close() {
            looking.cancel(false);
        }
    }
}
