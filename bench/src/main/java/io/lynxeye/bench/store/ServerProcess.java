package io.lynxeye.bench.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ./lynxeye serve} on a store of the drill's own, and what it says, with the time. */
final class ServerProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("ready after .* s: (http://\\S+)");
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** A line of its output and when it was read, by {@link System#nanoTime}. */
  record Line(long nanos, String text) {}

  private final Process process;
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final List<Line> lines = new ArrayList<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  static ServerProcess start(Path store, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("./lynxeye", "serve", "--port", "0", "--management-port", "0"));
    command.addAll(List.of("--store", store.toString()));
    command.addAll(List.of(options));
    ServerProcess server = new ServerProcess(new ProcessBuilder(command).start());
    read(server.process.getInputStream(), server);
    read(server.process.getErrorStream(), server);
    var unused = server.process.onExit().thenAccept(server::ended);
    return server;
  }

  private void ended(Process ended) {
    address.completeExceptionally(
        new IllegalStateException("the server ended: " + ended.exitValue() + " " + lines()));
  }

  private static void read(InputStream stream, ServerProcess server) {
    Thread reader = new Thread(() -> server.readAll(stream), "output");
    reader.setDaemon(true);
    reader.start();
  }

  private void readAll(InputStream stream) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said(line);
      }
    } catch (IOException e) {
      // The process has ended, which is told elsewhere.
    }
  }

  private void said(String line) {
    synchronized (lines) {
      lines.add(new Line(System.nanoTime(), line));
      lines.notifyAll();
    }
    Matcher matcher = READY.matcher(line);
    if (matcher.find()) {
      address.complete(URI.create(matcher.group(1)));
    }
  }

  /** Where it answers, once it is ready. */
  URI address() {
    return address.join();
  }

  List<Line> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Waits for the first such line that is said after that moment. */
  Line await(long afterNanos, Predicate<String> wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    synchronized (lines) {
      while (true) {
        for (Line line : lines) {
          if (line.nanos - afterNanos >= 0 && wanted.test(line.text)) {
            return line;
          }
        }
        if (System.nanoTime() - end >= 0) {
          throw new IllegalStateException("not said within five minutes; said: " + lines);
        }
        lines.wait(1000);
      }
    }
  }

  /** Resident memory in MB. */
  long residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    throw new IOException("no VmRSS: this needs Linux");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
