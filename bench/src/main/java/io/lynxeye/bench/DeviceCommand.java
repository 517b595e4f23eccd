package io.lynxeye.bench;

import com.google.gson.Gson;
import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.lifecycle.ModelDescription;
import io.lynxeye.lifecycle.ModelOutput;
import io.lynxeye.lifecycle.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The other side of {@link GpuCommand}: one device, for TensorFlow settles it once per process.
 * Prints one line of JSON, {@link DeviceFigures}.
 */
@Command(name = DeviceCommand.NAME, hidden = true)
final class DeviceCommand implements Callable<Integer> {

  static final String NAME = "device";

  /** Before the line that the parent reads. */
  static final String MARK = "figures: ";

  private static final int CALLERS = 2;
  private static final int DECODES = 50;

  @Option(names = "--seconds", defaultValue = "3")
  private double seconds;

  @Option(names = "--batches", split = ",", defaultValue = "1,2,4,8")
  private List<Integer> batches;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    Path models = store.store();
    try (InProcessEngine engine =
        InProcessEngine.start(models, store.model, store.engine, batches)) {
      System.out.println(MARK + new Gson().toJson(measure(engine)));
    }
    return 0;
  }

  private DeviceFigures measure(InProcessEngine engine) throws Exception {
    Map<String, float[]> scores = new TreeMap<>();
    for (Path picture : samples()) {
      Sample sample = engine.model().prepare(Files.readAllBytes(picture));
      ModelOutput output = engine.model().run(List.of(sample)).get(0);
      if (!(output instanceof ModelOutput.Scores of)) {
        throw new IllegalArgumentException(store.model + " answers no scores to compare");
      }
      scores.put(picture.getFileName().toString(), of.values());
    }
    Picture lynx = Picture.named(store.pictures(), Picture.LYNX);
    double decodeMillis = decodeMillis(engine, lynx);
    Sample sample = engine.sample(lynx);
    TreeMap<Integer, Double> speeds = new TreeMap<>();
    for (int batch : batches) {
      speeds.put(batch, engine.measure(sample, batch, CALLERS, seconds).imagesPerSecond());
    }
    ModelDescription model = engine.model().description();
    return new DeviceFigures(model.device(), model.precision(), scores, decodeMillis, speeds);
  }

  private static double decodeMillis(InProcessEngine engine, Picture picture) throws Exception {
    double[] millis = new double[DECODES];
    for (int i = 0; i < DECODES; i++) {
      long begun = System.nanoTime();
      engine.sample(picture).release();
      millis[i] = (System.nanoTime() - begun) / 1e6;
    }
    return Statistics.median(millis);
  }

  private static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(StoreOptions.home().resolve("samples"))) {
      return files.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
  }
}
