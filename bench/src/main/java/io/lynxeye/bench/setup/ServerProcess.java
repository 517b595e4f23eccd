package io.lynxeye.bench.setup;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ./lynxeye serve} in a process of its own. Closing it stops the server with SIGTERM. */
public final class ServerProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("ready after .* s: (http://\\S+)");

  private static final Pattern MANAGEMENT = Pattern.compile("management: (http://\\S+?)/models");

  private final Process process;
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final List<String> lines = new ArrayList<>();

  private ServerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a server on free ports.
   *
   * @param options further options of {@code serve}
   */
  public static ServerProcess start(Path store, String... options) throws IOException {
    return start(store, Map.of(), options);
  }

  /**
   * Starts a server on free ports.
   *
   * @param environment added to this process's environment
   * @param options further options of {@code serve}
   */
  public static ServerProcess start(Path store, Map<String, String> environment, String... options)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(StoreOptions.home().resolve("lynxeye").toString());
    command.addAll(List.of("serve", "--port", "0", "--management-port", "0", "--grpc-port", "-1"));
    command.addAll(List.of("--store", store.toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LYNXEYE_AUTH", "none"); // The user's environment may have keys.
    builder.environment().putAll(environment);
    ServerProcess server = new ServerProcess(builder.start());
    Thread reader = new Thread(server::readOutput, "output");
    reader.setDaemon(true);
    reader.start();
    // When a signal stops the client, its server must not stay behind.
    Runtime.getRuntime().addShutdownHook(new Thread(server.process::destroy, "stop"));
    return server;
  }

  private void readOutput() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
        Matcher ready = READY.matcher(line);
        if (ready.find()) {
          address.complete(URI.create(ready.group(1)));
        }
      }
    } catch (IOException e) {
      // The process has ended.
    }
    address.completeExceptionally(new IllegalStateException("the server ended: " + lines()));
  }

  /** Waits until the server is ready, and returns where it answers. */
  public URI address() {
    return address.join();
  }

  /** Waits until the server is ready, and returns where its management port answers. */
  public URI management() {
    URI ready = address();
    return lines().stream()
        .map(MANAGEMENT::matcher)
        .filter(Matcher::find)
        .map(line -> URI.create(line.group(1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(ready + " names no management port"));
  }

  /** The lines that it has printed so far, on both streams. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Its resident memory in MB. Linux only. */
  public double residentMegabytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new IOException("no VmRSS of process " + process.pid() + ": it has ended");
  }

  /** The processor time that it has used so far. */
  public Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
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
