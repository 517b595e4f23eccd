package io.lynxeye.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.EngineRing;
import io.lynxeye.engine.natives.UserFolders;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * {@code io.lynxeye.Main} in a child process, started as by the launcher. It uses the user's cache
 * with its unpacked libraries, ignores the environment of the tests, and keeps temporary files in
 * {@code target}.
 */
public final class LynxeyeProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("ready after .* s: (http://\\S+)");
  private static final long PATIENCE_SECONDS = 180;

  private final Process process;
  private final CompletableFuture<String> errors;
  private final StringBuilder written = new StringBuilder();
  private final List<String> printed = new ArrayList<>();

  private LynxeyeProcess(Process process) {
    this.process = process;
    this.errors = CompletableFuture.supplyAsync(this::readErrors);
  }

  private String readErrors() {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        append(Character.toString(c));
      }
    } catch (IOException e) {
      append("unreadable: " + e);
    }
    return writtenSoFar();
  }

  private void append(String text) {
    synchronized (written) {
      written.append(text);
    }
  }

  private String writtenSoFar() {
    synchronized (written) {
      return written.toString();
    }
  }

  /** Starts a command on the engine ring's model store. */
  public static LynxeyeProcess start(String... arguments) throws IOException {
    EngineRing.get(); // Fills the store.
    return start(EngineRing.STORE, arguments);
  }

  /**
   * How a process differs from the usual one.
   *
   * @param shell commands of a shell that come before it, such as {@code ulimit}
   * @param java further options for Java
   */
  public record Setup(String shell, List<String> java) {

    static final Setup USUAL = new Setup("", List.of());

    /** With these options for Java. */
    static Setup java(String... options) {
      return new Setup("", List.of(options));
    }
  }

  /** Starts a command on a model store. */
  public static LynxeyeProcess start(Path store, String... arguments) throws IOException {
    return start(Setup.USUAL, store, arguments);
  }

  static LynxeyeProcess start(Setup setup, Path store, String... arguments) throws IOException {
    Path temporary = Files.createDirectories(Path.of("target", "tmp").toAbsolutePath());
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:G1HeapRegionSize=2m",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary,
                "-Djna.tmpdir=" + temporary.resolve("jna"),
                "-Dorg.bytedeco.javacpp.cachedir=" + UserFolders.ofThisUser().resolve("javacpp"),
                "-Dlogback.configurationFile=logback.xml")); // Not the tests' file.
    command.addAll(setup.java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.lynxeye.Main"));
    if (!setup.shell().isEmpty()) {
      command.addAll(0, List.of("bash", "-c", setup.shell() + " && exec \"$@\"", "bash"));
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File(".."));
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("LYNXEYE_") || name.startsWith("OTEL_"));
    builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2"); // Like the launcher.
    builder.environment().put("LYNXEYE_MANAGEMENT_PORT", "0");
    builder.environment().put("LYNXEYE_GRPC_PORT", "0");
    builder.environment().put("LYNXEYE_AUTH", "none"); // The user can have keys.
    builder
        .environment()
        .put("LYNXEYE_TUNING", "off"); // A result measured during tests must not be cached.
    builder.environment().put("LYNXEYE_STORE", store.toAbsolutePath().toString());
    return new LynxeyeProcess(builder.start());
  }

  /** Reads standard output until the server is ready. */
  public String awaitAddress() throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      printed.add(line);
      Matcher matcher = READY.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    throw new IllegalStateException("ended before it was ready: " + errors.join());
  }

  /** What the first group of a pattern matches in the lines up to that of {@link #awaitAddress}. */
  String printed(Pattern pattern) {
    return first(pattern, printed.stream());
  }

  /** The first address of this kind in the log: {@code management}, {@code gRPC}. */
  String address(String kind) {
    awaitError(kind + ": ");
    Pattern line = Pattern.compile(kind + ": (?:http://)?([^/\\s]+)");
    return first(line, writtenSoFar().lines());
  }

  private static String first(Pattern pattern, Stream<String> lines) {
    return lines
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .orElseThrow();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  void write(byte[] input) throws IOException {
    process.getOutputStream().write(input);
    process.getOutputStream().close();
  }

  /** Sends SIGTERM. Unlike after {@link Process#destroy}, the output can still be read. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Waits for the end of the process and returns its standard output. */
  String output() {
    return text(process.getInputStream());
  }

  public String errors() {
    return errors.join();
  }

  /** Waits until standard error contains this text. */
  public void awaitError(String text) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> writtenSoFar().contains(text) || errors.isDone());
    assertThat(writtenSoFar()).contains(text);
  }

  /** Returns the resident memory in MB. Linux only. */
  public double residentMb() throws IOException {
    return Files.readAllLines(Path.of("/proc", "" + process.pid(), "status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow()
        / 1024.0;
  }

  /** Kills the process without any cleanup, like a power cut. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still running after " + PATIENCE_SECONDS + " s");
    }
    return process.exitValue();
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "unreadable: " + e;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
