package io.lynxeye.bench;

import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.ServerProcess;
import io.lynxeye.bench.load.Target;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lynxeye bench mixed}: does anybody suffer from what others send? */
@Command(
    name = "mixed",
    description = {
      "Sends good, bad and abandoned requests at once: every good one must be scored as it is",
      "alone, every bad one be told so. Exit code 1 if not."
    },
    mixinStandardHelpOptions = true)
final class MixedCommand implements Callable<Integer> {

  @Option(
      names = "--requests",
      description = "How many. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1281")
  private int requests;

  @Option(
      names = "--clients",
      description = "How many at a time. Default: ${DEFAULT-VALUE}.",
      defaultValue = "32")
  private int clients;

  @Option(
      names = "--tolerance",
      description = "How far a probability may be off. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1e-5")
  private double tolerance;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    List<Buffer> good = good();
    try (ServerProcess server = store.serve();
        LoadClient client = LoadClient.keepingBodies(Target.of(StoreOptions.score(server)))) {
      Mixed mixed = new Mixed(client);
      mixed.scoreAlone(good);
      MixedTally tally = mixed.run(MixedRequest.mixture(requests, good), clients, tolerance);
      mixed.scoreAlone(good); // It is still there, and well.
      System.out.printf(
          "%s%nlargest difference of a probability from the same picture alone: %.1e (<= %.0e)%n%s%n",
          tally.table(),
          tally.largestDifference(),
          tolerance,
          tally.isAsExpected() ? "all as expected" : "NOT all as expected");
      return tally.isAsExpected() ? 0 : 1;
    }
  }

  /** The picture in three sizes, and the other samples as they are. */
  private List<Buffer> good() throws IOException {
    List<Buffer> good = new ArrayList<>();
    store.pictures().stream()
        .filter(picture -> !picture.name().equals(Picture.CAMERA))
        .forEach(picture -> good.add(picture.body()));
    try (Stream<Path> samples = Files.list(StoreOptions.home().resolve("samples"))) {
      for (Path sample : samples.filter(p -> p.toString().endsWith(".jpg")).sorted().toList()) {
        good.add(Buffer.buffer(Files.readAllBytes(sample)));
      }
    }
    return good;
  }
}
