package io.lynxeye.importers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves one file on the loopback interface; can cut it short or stall on request. */
public final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
  private final byte[] content;
  private volatile boolean stalling;
  private volatile int upTo;

  public FileServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    on("/model.tar.gz", this::serve);
    server.start();
  }

  public URI address(String path) {
    InetSocketAddress address = server.getAddress();
    return URI.create("http://" + address.getHostString() + ":" + address.getPort() + path);
  }

  public URI address() {
    return address("/model.tar.gz");
  }

  public void on(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  /** Responds with this status, and with this location unless it is null. */
  public void answer(String path, int status, String location) {
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

  /** Cuts the next responses off after this many bytes of the body. */
  public void cut(int responses, int bytes) {
    upTo = bytes;
    cuts.set(responses);
  }

  /** Makes every response stall after this many bytes. */
  public void stallAfter(int bytes) {
    upTo = bytes;
    stalling = true;
  }

  /** Returns the number of requests. */
  public int requests() {
    return requests.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    boolean isCut = stalling || cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, isCut ? upTo : content.length);
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
