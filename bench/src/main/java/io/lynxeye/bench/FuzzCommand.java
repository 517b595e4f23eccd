package io.lynxeye.bench;

import io.lynxeye.bench.fuzz.FuzzRun;
import io.lynxeye.bench.fuzz.FuzzTally;
import io.lynxeye.bench.load.ServerProcess;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye bench fuzz}: is there a request that does harm? */
@Command(
    name = "fuzz",
    description = {
      "Sends a server what nobody should: every route and method, spoilt, over many connections.",
      "No answer may be a failure of the server, tell of its inside, or fail to come; a good",
      "picture must be scored all the while; at the end nothing may be left over.",
      "Exit code 1 if not. What is found can be repeated by its number."
    },
    mixinStandardHelpOptions = true)
final class FuzzCommand implements Callable<Integer> {

  @Option(
      names = "--minutes",
      description = "How long. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private double minutes;

  @Option(
      names = "--seed",
      description = "Of the random numbers. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private long seed;

  @Option(names = "--attempt", description = "Only this one, with all that is said.")
  private Long attempt;

  @Option(
      names = "--connections",
      description = "How many at once. Default: ${DEFAULT-VALUE}.",
      defaultValue = "16")
  private int connections;

  @Option(
      names = "--url",
      description =
          "A server that runs already, which has the model; its administrators' port is left alone.")
  private URI url;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    if (url != null) {
      return run(url, Optional.empty(), OptionalLong.empty());
    }
    try (ServerProcess server = store.serve()) {
      URI address = server.address();
      return run(address, Optional.of(server.administrators()), OptionalLong.of(server.pid()));
    }
  }

  private int run(URI server, Optional<URI> administrators, OptionalLong pid) throws Exception {
    FuzzRun run =
        new FuzzRun(server, administrators, pid, store.model, pictures(), foldersOfThisMachine());
    Path table = StoreOptions.home().resolve("docs/conformance.md");
    FuzzTally tally =
        attempt != null
            ? run.repeat(table, seed, attempt)
            : run.fuzz(table, seed, connections, HttpParts.seconds(minutes * 60));
    System.out.println(tally);
    tally.failures().forEach(System.out::println);
    System.out.println(
        tally.failures().isEmpty()
            ? "nothing found, with seed " + seed
            : tally.failures().size() + " found");
    return tally.failures().isEmpty() ? 0 : 1;
  }

  private List<byte[]> pictures() throws IOException {
    byte[] jpeg = Picture.named(store.pictures(), Picture.SMALL).jpeg();
    return List.of(jpeg, written(jpeg, "png"), written(jpeg, "gif"), written(jpeg, "bmp"));
  }

  private static byte[] written(byte[] picture, String format) throws IOException {
    BufferedImage pixels = ImageIO.read(new ByteArrayInputStream(picture));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(pixels, format, bytes);
    return bytes.toByteArray();
  }

  private List<String> foldersOfThisMachine() {
    return List.of(
        StoreOptions.home().toAbsolutePath().normalize().toString(),
        store.store().toAbsolutePath().normalize().toString(),
        System.getProperty("user.home") + "/");
  }
}
