package io.lynxeye.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ./lynxeye serve} as a process of its own, and what it says, with the time. Closing it
 * stops it as an operator would.
 */
public final class ServerProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("ready after .* s: (http://\\S+)");
  private static final Pattern ADMINISTRATORS =
      Pattern.compile("administrators: (http://\\S+)/models");
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** A line of its output and when it was read, by {@link System#nanoTime}. */
  public record Line(long nanos, String text) {}

  private final Process process;
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final List<Line> lines = new ArrayList<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it on free ports.
   *
   * @param options further ones of {@code serve}
   */
  public static ServerProcess start(Path store, String... options) throws IOException {
    return start(store, Map.of(), options);
  }

  /**
   * The same in another environment.
   *
   * @param environment added to this process's own
   */
  public static ServerProcess start(Path store, Map<String, String> environment, String... options)
      throws IOException {
    String launcher =
        Path.of(System.getProperty("lynxeye.home", ".")).resolve("lynxeye").toString();
    List<String> command =
        new ArrayList<>(
            List.of(
                launcher, "serve", "--port", "0", "--management-port", "0", "--grpc-port", "-1"));
    command.addAll(List.of("--store", store.toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .put("LYNXEYE_AUTH", "none"); // Whoever measures may have keys of their own.
    builder.environment().putAll(environment);
    ServerProcess server = new ServerProcess(builder.start());
    read(server.process.getInputStream(), server);
    read(server.process.getErrorStream(), server);
    // Should the client be stopped by a signal, its server is not left behind.
    Runtime.getRuntime().addShutdownHook(new Thread(server.process::destroy, "stop"));
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
  public URI address() {
    return address.join();
  }

  /** Where administrators are answered; known once it is ready. */
  public URI administrators() {
    return lines().stream()
        .map(line -> ADMINISTRATORS.matcher(line.text))
        .filter(Matcher::find)
        .map(matcher -> URI.create(matcher.group(1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("it told no address for administrators"));
  }

  /** What it has said so far, on both streams. */
  public List<Line> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Waits for the first such line that is said after that moment. */
  public Line await(long afterNanos, Predicate<String> wanted) throws InterruptedException {
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
  public double residentMegabytes() throws IOException {
    return Resident.megabytes(process.pid());
  }

  /** Processor time it has used so far. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  public long pid() {
    return process.pid();
  }

  /** Asks it to stop, as an operator would, and returns at once. */
  public void terminate() {
    process.destroy();
  }

  /** Its exit code, once it has ended. */
  public CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
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
