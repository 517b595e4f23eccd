package io.lynxeye.browser;

import io.lynxeye.engine.natives.UserFolders;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Headless Chromium, found on the PATH or downloaded. Started once per JVM and stopped with it;
 * each tab has its own cookies and storage.
 */
public final class Browser {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-extensions",
          "--hide-scrollbars",
          "--force-color-profile=srgb",
          "--remote-debugging-port=0",
          "about:blank");

  private static final class Holder {
    static final Browser BROWSER = start();
  }

  private final DevTools devTools;

  private Browser(DevTools devTools) {
    this.devTools = devTools;
  }

  /** Opens a tab. */
  public static Tab tab() {
    DevTools devTools = Holder.BROWSER.devTools;
    String context =
        devTools
            .call("Target.createBrowserContext", new JsonObject())
            .getString("browserContextId");
    return new Tab(devTools, context);
  }

  private static Browser start() {
    try {
      Path profile = Files.createTempDirectory("lynxeye-browser-");
      Path log = profile.resolve("browser.log");
      Process process = launch(profile, log);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, profile)));
      return new Browser(DevTools.connect(address(process, profile, log)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process launch(Path profile, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    ProcessBuilder builder = new ProcessBuilder(command);
    Optional<Path> installed = installed();
    if (installed.isPresent()) {
      command.add(installed.get().toString());
    } else {
      ChromiumPackage fetched = new ChromiumPackage(UserFolders.ofThisUser(), "npm");
      command.add(fetched.program().toString());
      builder.environment().put("LD_LIBRARY_PATH", fetched.libraries().toString());
      builder.environment().put("FONTCONFIG_FILE", fetched.fonts(profile).toString());
    }
    command.add("--user-data-dir=" + profile);
    command.addAll(FLAGS);
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static Optional<Path> installed() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The browser writes the port and the path into a file of its profile. */
  private static URI address(Process process, Path profile, Path log) throws IOException {
    Path file = profile.resolve("DevToolsActivePort");
    Awaitility.await("the browser's start")
        .atMost(Duration.ofSeconds(60))
        .until(() -> !process.isAlive() || isWritten(file));
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "the browser ended at once; put a working chromium on the PATH. Its output: "
              + Files.readString(log));
    }
    List<String> lines = Files.readAllLines(file);
    return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
  }

  private static boolean isWritten(Path file) throws IOException {
    return Files.exists(file) && Files.readAllLines(file).size() == 2;
  }

  private static void end(Process process, Path profile) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().join());
    try {
      ChromiumPackage.delete(profile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
