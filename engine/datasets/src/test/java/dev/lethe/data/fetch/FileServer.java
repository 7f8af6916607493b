package dev.lethe.data.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Server of files on this machine, which can fail as servers and networks do. */
public final class FileServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> requests = new ArrayList<>();
    private boolean ranges = true;
    private int mostBytes = Integer.MAX_VALUE;
    private boolean stalling;

    public FileServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(workers);
        server.start();
    }

    /** Returns the address of the folder of the files. */
    public URI folder() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/data/");
    }

    /** Adds a file to serve. */
    public synchronized void put(String name, byte[] content) {
        files.put("/data/" + name, content);
    }

    /** Sets whether requested parts of files are served, or always whole files. */
    synchronized void serveRanges(boolean now) {
        ranges = now;
    }

    /** Ends the connection of each answer after a number of bytes. */
    synchronized void cutOffAfter(int bytes) {
        mostBytes = bytes;
    }

    /** Keeps the connection of each answer open after those bytes, without sending more. */
    synchronized void stallInstead() {
        stalling = true;
    }

    /** Returns the requests so far: paths, with the ranges of requested parts. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String range = exchange.getRequestHeaders().getFirst("Range");
            byte[] content;
            int from;
            int most;
            boolean stall;
            synchronized (this) {
                requests.add(exchange.getRequestURI().getPath() + (range == null ? "" : " " + range));
                content = files.get(exchange.getRequestURI().getPath());
                from = range == null || !ranges ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
                most = mostBytes;
                stall = stalling;
            }
            if (content == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (from > 0 && from >= content.length) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                if (from > 0) {
                    exchange.getResponseHeaders().set("Content-Range",
                            "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
                }
                exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
                send(exchange.getResponseBody(), content, from, Math.min(most, content.length - from), stall);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(OutputStream body, byte[] content, int from, int bytes, boolean stall)
            throws IOException, InterruptedException {
        body.write(content, from, bytes);
        body.flush();
        if (stall && from + bytes < content.length) {
            closing.await();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        workers.close();
    }
}
