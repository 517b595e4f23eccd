package io.lynxeye.importers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves one file on the loopback interface, badly where a test wants it so. */
final class FileServer implements AutoCloseable {
  private static final int EVERYTHING = Integer.MAX_VALUE;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<String> ranges = new CopyOnWriteArrayList<>();
  private volatile byte[] content;
  private volatile String etag = "\"one\"";
  private volatile boolean ranged = true;
  private volatile boolean stalling;
  private volatile int upTo = EVERYTHING;

  FileServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    on("/model.tar.gz", this::serve);
    server.start();
  }

  URI address(String path) {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://" + address.getHostString() + ":" + address.getPort() + path);
  }

  URI address() {
    return address("/model.tar.gz");
  }

  void on(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  /** Answers with this status and this location, if not null. */
  void answer(String path, int status, String location) {
    on(
        path,
        exchange -> {
          if (location != null) {
            exchange.getResponseHeaders().add("Location", location);
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
  }

  void content(byte[] newContent, String newEtag) {
    content = newContent;
    etag = newEtag;
  }

  void withoutRanges() {
    ranged = false;
  }

  /** Sends no more than this many bytes of the body, then breaks off. */
  void cutAfter(int bytes) {
    upTo = bytes;
  }

  /** Sends no more than this many bytes, then says nothing. */
  void stallAfter(int bytes) {
    upTo = bytes;
    stalling = true;
  }

  void sendEverything() {
    upTo = EVERYTHING;
    stalling = false;
  }

  /** The Range header of each request, or "none". */
  List<String> ranges() {
    return ranges;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "none" : range);
    boolean same = etag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    int start = range != null && ranged && same ? Integer.parseInt(range.replaceAll("\\D", "")) : 0;
    if (start >= content.length) {
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    exchange.getResponseHeaders().add("ETag", etag);
    if (start > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes " + start + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, content.length - start);
    byte[] part = Arrays.copyOfRange(content, start, content.length);
    exchange.getResponseBody().write(part, 0, Math.min(upTo, part.length));
    exchange.getResponseBody().flush();
    if (stalling) {
      awaitClosing();
    }
    exchange.close();
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
