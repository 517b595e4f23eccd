package io.lynxeye.endtoend;

import io.lynxeye.engine.EngineRing;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code io.lynxeye.Main} in a process of its own, as the launcher starts it. */
final class LynxeyeProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("ready after .* s: (http://\\S+)");
  private static final long PATIENCE_SECONDS = 180;

  private final Process process;
  private final CompletableFuture<String> errors;

  private LynxeyeProcess(Process process) {
    this.process = process;
    this.errors = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
  }

  /** Starts a command on the engine ring's model store. */
  static LynxeyeProcess start(String... arguments) throws IOException {
    EngineRing.get(); // The store is filled.
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:G1HeapRegionSize=2m",
                "-Djava.awt.headless=true",
                "-Dlogback.configurationFile=logback.xml", // The server's, not the tests'.
                "-cp",
                System.getProperty("java.class.path"),
                "io.lynxeye.Main"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File(".."));
    builder.environment().put("LYNXEYE_STORE", EngineRing.STORE.toAbsolutePath().toString());
    return new LynxeyeProcess(builder.start());
  }

  /** Reads on until the server says it is ready. */
  String awaitAddress() throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher matcher = READY.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    throw new IllegalStateException("ended before it was ready: " + errors.join());
  }

  void write(byte[] input) throws IOException {
    process.getOutputStream().write(input);
    process.getOutputStream().close();
  }

  /** Sends SIGTERM; what it prints can still be read, unlike after {@link Process#destroy}. */
  void terminate() {
    process.toHandle().destroy();
  }

  /** Everything it prints, once it has ended. */
  String output() {
    return text(process.getInputStream());
  }

  String errors() {
    return errors.join();
  }

  int exitCode() throws InterruptedException {
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
