package io.lynxeye.bench.gpu;

import com.google.gson.Gson;
import io.lynxeye.bench.figures.Statistics;
import io.lynxeye.bench.setup.InProcessEngine;
import io.lynxeye.bench.setup.StoreOptions;
import io.lynxeye.bench.setup.TestImage;
import io.lynxeye.serving.engine.ModelDescription;
import io.lynxeye.serving.engine.ModelOutput;
import io.lynxeye.serving.engine.PreparedInput;
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
 * Measures one device for {@link GpuCommand}, in a process of its own because TensorFlow chooses
 * its device once. Prints {@link DeviceFigures} as one line of JSON.
 */
@Command(name = DeviceCommand.NAME, hidden = true)
public final class DeviceCommand implements Callable<Integer> {

  static final String NAME = "device";

  /** The start of the line that the parent process reads. */
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
    for (Path image : samples()) {
      PreparedInput sample = engine.model().prepare(Files.readAllBytes(image));
      ModelOutput output = engine.model().run(List.of(sample)).get(0);
      if (!(output instanceof ModelOutput.Tensors tensors) || tensors.scores().isEmpty()) {
        throw new IllegalArgumentException(store.model + " returns no class scores to compare");
      }
      scores.put(image.getFileName().toString(), tensors.scores().get().values());
    }
    TestImage lynx = TestImage.named(store.images(), TestImage.LYNX);
    double decodeMillis = decodeMillis(engine, lynx);
    PreparedInput sample = engine.sample(lynx);
    TreeMap<Integer, Double> speeds = new TreeMap<>();
    for (int batch : batches) {
      speeds.put(batch, engine.measure(sample, batch, CALLERS, seconds).imagesPerSecond());
    }
    ModelDescription model = engine.model().description();
    return new DeviceFigures(model.device(), model.precision(), scores, decodeMillis, speeds);
  }

  private static double decodeMillis(InProcessEngine engine, TestImage image) throws Exception {
    double[] millis = new double[DECODES];
    for (int i = 0; i < DECODES; i++) {
      long begun = System.nanoTime();
      engine.sample(image).release();
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
