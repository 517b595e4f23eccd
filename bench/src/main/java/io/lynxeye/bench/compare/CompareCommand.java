package io.lynxeye.bench.compare;

import io.lynxeye.bench.figures.Plot;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.setup.TestImage;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lynxeye bench compare}: running servers, measured in turns by the same client. */
@Command(
    name = "compare",
    description = {
      "Measures running servers in turns with the same client, and prints ratios to the first one.",
      "Example: compare --server plain=http://localhost:5001/score"
          + " --server lynxeye=http://localhost:8080/score --pid lynxeye=4711"
    },
    mixinStandardHelpOptions = true)
public final class CompareCommand implements Callable<Integer> {

  private static final double WARM_UP = 0.3; // Of the length of a measurement.

  @Option(
      names = "--server",
      paramLabel = "NAME=URL",
      required = true,
      description = "A server's full scoring URL. The image is sent as the raw body.")
  private Map<String, URI> servers = new LinkedHashMap<>();

  @Option(
      names = "--pid",
      paramLabel = "NAME=PID",
      description = "The process of a server on this machine: adds its memory and processor time.")
  private Map<String, Long> processes = new LinkedHashMap<>();

  @Option(names = "--header", paramLabel = "NAME=VALUE", description = "A header of each request.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--clients",
      split = ",",
      paramLabel = "N",
      description = "Numbers of clients. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1,8,32,128")
  private List<Integer> clients;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each server is measured. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "The length of one measurement. Default: ${DEFAULT-VALUE}.",
      defaultValue = "4")
  private double seconds;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      description = "The image that all sizes are made from. Default: ${DEFAULT-VALUE}.",
      defaultValue = "samples/lynx.jpg")
  private Path picture;

  @Option(
      names = "--size",
      paramLabel = "small|lynx|large|12mp",
      description =
          "The size of the image: 220x165, 400x600, 1280x960 or 12 megapixels. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "lynx")
  private String size;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draws throughput and latency as SVG.")
  private Path plot;

  @Override
  public Integer call() throws Exception {
    List<Contender> contenders = new ArrayList<>();
    for (Map.Entry<String, URI> server : servers.entrySet()) {
      Target target = new Target(server.getValue(), headers);
      contenders.add(
          new Contender(server.getKey(), target, ServerLoad.of(processes.get(server.getKey()))));
    }
    TestImage image = TestImage.named(TestImage.of(picture), size);
    Comparison comparison = new Comparison(contenders, clients);
    for (int round = 1; round <= rounds; round++) {
      System.err.printf("round %d of %d%n", round, rounds);
      for (int count : clients) {
        for (Contender contender : contenders) {
          measure(comparison, contender, image, count);
        }
      }
    }
    print(System.out, comparison);
    return 0;
  }

  private void measure(Comparison comparison, Contender contender, TestImage image, int count)
      throws Exception {
    Duration window = Duration.ofMillis((long) (seconds * 1000));
    Duration warmUp = Duration.ofMillis((long) (seconds * WARM_UP * 1000));
    try (LoadClient client = new LoadClient(contender.target())) {
      ServerLoad.Mark mark = contender.load().mark();
      comparison.add(
          contender,
          count,
          ClosedLoop.run(client, image.body(), count, warmUp, window),
          contender.load().since(mark));
    }
  }

  private void print(PrintStream out, Comparison comparison) throws IOException {
    out.println(comparison.table());
    if (plot != null) {
      Plot drawing = new Plot();
      comparison.draw(drawing);
      Files.writeString(plot, drawing.svg());
    }
  }
}
