package io.lynxeye.bench;

import io.lynxeye.bench.load.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is scored by what: options that all of bench's commands share. */
final class StoreOptions {

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "The model store. Default: LYNXEYE_STORE, as of serve.")
  private Path store;

  @Option(
      names = "--model",
      description = "The model. Default: ${DEFAULT-VALUE}.",
      defaultValue = "resnet50")
  String model;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "The picture that all sizes are made of. Default: samples/lynx.jpg.")
  private Path picture;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where results are written. Default: bench/target/results.")
  private Path out;

  @Mixin EngineSettings engine;

  Path store() {
    return store(store);
  }

  /**
   * @param asked for on the command line; null = not
   */
  static Path store(Path asked) {
    String fromLauncher = System.getenv("LYNXEYE_STORE");
    return asked != null
        ? asked
        : fromLauncher != null ? Path.of(fromLauncher) : home().resolve("model-store");
  }

  List<Picture> pictures() throws IOException {
    return Picture.of(picture == null ? home().resolve("samples/lynx.jpg") : picture);
  }

  Path out() {
    return out == null ? home().resolve("bench/target/results") : out;
  }

  /** The checkout; the launcher tells. */
  static Path home() {
    return Path.of(System.getProperty("lynxeye.home", "."));
  }

  /** Starts a server with the same settings. */
  ServerProcess serve() throws IOException {
    List<String> options = engine.ofServe();
    return ServerProcess.start(
        store(),
        Stream.concat(Stream.of("--model", model), options.stream()).toArray(String[]::new));
  }

  static URI score(ServerProcess server) {
    return server.address().resolve("/score");
  }
}
