package io.lynxeye.bench.setup;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of several commands: model store, model, image, output folder and engine. */
public final class StoreOptions {

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "The model store. Default: LYNXEYE_STORE, as for serve.")
  private Path store;

  @Option(
      names = "--model",
      description = "The model to score with. Default: ${DEFAULT-VALUE}.",
      defaultValue = "resnet50")
  public String model;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "The image that all sizes are made from. Default: samples/lynx.jpg.")
  private Path image;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The folder for the results. Default: bench/target/results.")
  private Path out;

  @Mixin public EngineOptions engine;

  /** The model store. */
  public Path store() {
    return store(store);
  }

  /**
   * The model store by option, environment or default.
   *
   * @param asked the option's value; null if it is not given
   */
  public static Path store(Path asked) {
    String fromLauncher = System.getenv("LYNXEYE_STORE");
    return asked != null
        ? asked
        : fromLauncher != null ? Path.of(fromLauncher) : home().resolve("model-store");
  }

  /** The test images, scaled again in each call. */
  public List<TestImage> images() throws IOException {
    return TestImage.of(image == null ? home().resolve("samples/lynx.jpg") : image);
  }

  /** The folder for the results. */
  public Path out() {
    return out == null ? home().resolve("bench/target/results") : out;
  }

  /** The folder of the checkout, which the launcher passes on. */
  public static Path home() {
    return Path.of(System.getProperty("lynxeye.home", "."));
  }

  /** Starts a server with the same engine options. */
  public ServerProcess serve() throws IOException {
    return serve(store());
  }

  /** Starts a server of another store with the same engine options. */
  public ServerProcess serve(Path other) throws IOException {
    List<String> options = engine.ofServe();
    return ServerProcess.start(
        other, Stream.concat(Stream.of("--model", model), options.stream()).toArray(String[]::new));
  }

  /** The server's scoring address. */
  public static URI score(ServerProcess server) {
    return server.address().resolve("/score");
  }
}
