package io.lynxeye.bench.gpu;

import com.google.gson.Gson;
import io.lynxeye.bench.figures.ResultFile;
import io.lynxeye.bench.figures.Table;
import io.lynxeye.bench.load.ClosedLoop;
import io.lynxeye.bench.load.LoadClient;
import io.lynxeye.bench.load.Target;
import io.lynxeye.bench.setup.Machine;
import io.lynxeye.bench.setup.ServerProcess;
import io.lynxeye.bench.setup.StoreCopy;
import io.lynxeye.bench.setup.StoreOptions;
import io.lynxeye.bench.setup.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lynxeye bench gpu}: are the scores of GPU and CPU the same, and how fast is each? */
@Command(
    name = "gpu",
    description = {
      "Compares GPU and CPU in scores and speed.",
      "Scores the samples on each device and measures the engine by batch size, the decoder and the"
          + " server. Exit code 1 if the scores differ. bench/gpu-check.sh takes it to a machine that"
          + " has only the NVIDIA driver."
    },
    mixinStandardHelpOptions = true)
public final class GpuCommand implements Callable<Integer> {

  /** The change of a score that bfloat16 may cause; TF32 causes much less. */
  private static final double TOLERANCE = 0.05;

  private static final String STRICT = "+fp32";
  private static final String MODEL = "resnet50"; // The default of the processes it starts.
  private static final int CLIENTS_PER_IMAGE = 4;

  @Option(
      names = "--devices",
      split = ",",
      paramLabel = "DEVICE",
      description =
          "The devices, the first of which is the reference; cpu+fp32 is the CPU without bfloat16,"
              + " gpu+fp32 the GPU without TF32. Default: ${DEFAULT-VALUE}.",
      defaultValue = "cpu+fp32,gpu,gpu+fp32")
  private List<String> devices;

  @Option(
      names = "--seconds",
      description = "The length of each measurement. Default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private double seconds;

  @Option(
      names = "--store",
      paramLabel = "FOLDER",
      description = "The model store. Default: LYNXEYE_STORE, as for serve.")
  private Path store;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The folder for gpu.json. Default: the working folder.",
      defaultValue = ".")
  private Path out;

  @Override
  public Integer call() throws Exception {
    Map<String, DeviceFigures> figures = new LinkedHashMap<>();
    Map<String, Double> served = new LinkedHashMap<>();
    Path ordinary = StoreOptions.store(store);
    try (StoreCopy exact = StoreCopy.of(ordinary, MODEL)) {
      exact.setVersions("precision=fp32");
      for (String device : devices) {
        Path models = device.endsWith(STRICT) ? exact.folder() : ordinary;
        System.err.println(device + ": the engine ...");
        figures.put(device, measure(device, models));
        System.err.println(device + ": the server ...");
        served.put(device, served(device, models, figures.get(device)));
      }
    }
    DeviceFigures first = figures.get(devices.get(0));
    boolean agrees =
        figures.values().stream()
            .allMatch(
                other ->
                    first.differing(other).isEmpty()
                        && first.largestDifference(other) <= TOLERANCE);
    System.out.println(Machine.here());
    System.out.println(compared(figures, first));
    System.out.println(speeds(figures));
    System.out.println(shares(figures, served));
    System.out.println(agrees ? "the devices agree" : "THE DEVICES DO NOT AGREE");
    String json =
        ResultFile.json(
            Map.of("machine", Machine.here().toString(), "devices", figures, "served", served));
    System.err.println("written: " + ResultFile.write(out, "gpu.json", json));
    return agrees ? 0 : 1;
  }

  private static String plain(String device) {
    return device.replace(STRICT, "");
  }

  private static boolean isGpu(String device) {
    return device.startsWith("gpu");
  }

  /** Runs {@link DeviceCommand} in a process of its own: TensorFlow chooses its device once. */
  private DeviceFigures measure(String device, Path models)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(StoreOptions.home().resolve("lynxeye").toString());
    command.addAll(List.of("bench", DeviceCommand.NAME, "--device", plain(device)));
    command.addAll(List.of("--store", models.toString(), "--seconds", "" + seconds));
    command.addAll(List.of("--workers", "2", "--batch-size", "8", "--intra-op-threads", "0"));
    command.addAll(List.of("--batches", isGpu(device) ? "1,2,4,8,16,32,64" : "1,2,4,8"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment(device));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(device + " cannot be measured: see the message above");
    }
    String figures =
        output
            .lines()
            .filter(line -> line.startsWith(DeviceCommand.MARK))
            .findFirst()
            .orElseThrow();
    return new Gson().fromJson(figures.substring(DeviceCommand.MARK.length()), DeviceFigures.class);
  }

  private static Map<String, String> environment(String device) {
    return device.endsWith(STRICT) ? Map.of("NVIDIA_TF32_OVERRIDE", "0") : Map.of();
  }

  /** Images per second over HTTP, at the engine's best batch size. */
  private double served(String device, Path models, DeviceFigures engine) throws Exception {
    int batch = engine.bestBatch();
    Duration length = Duration.ofMillis(Math.round(1000 * seconds));
    try (ServerProcess server =
            ServerProcess.start(
                models,
                environment(device),
                "--device",
                plain(device),
                "--workers",
                "2",
                "--batch-size",
                "" + batch,
                "--intra-op-threads",
                "0",
                "--queue-capacity",
                "" + Math.max(128, 2 * CLIENTS_PER_IMAGE * batch));
        LoadClient client = new LoadClient(Target.of(StoreOptions.score(server)))) {
      TestImage lynx =
          TestImage.named(
              TestImage.of(StoreOptions.home().resolve("samples/lynx.jpg")), TestImage.LYNX);
      return ClosedLoop.run(
              client, lynx.body(), CLIENTS_PER_IMAGE * batch, length, length.multipliedBy(2))
          .goodPerSecond();
    }
  }

  private static Table compared(Map<String, DeviceFigures> figures, DeviceFigures first) {
    Table table =
        new Table(
            "device",
            "TensorFlow's name",
            "precision",
            "images of another class",
            "largest change");
    figures.forEach(
        (name, device) ->
            table.row(
                name,
                device.device(),
                device.precision(),
                String.join(" ", first.differing(device)),
                "%.5f".formatted(first.largestDifference(device))));
    return table;
  }

  private static Table speeds(Map<String, DeviceFigures> figures) {
    Table table = new Table("batch size", "device", "images/s, two concurrent calls");
    figures.forEach(
        (name, device) ->
            device.imagesPerSecond().forEach((batch, speed) -> table.row(batch, name, speed)));
    return table;
  }

  private static Table shares(Map<String, DeviceFigures> figures, Map<String, Double> served) {
    Table table =
        new Table("device", "engine's best", "decode ms", "cores to decode", "served", "ratio");
    figures.forEach(
        (name, device) ->
            table.row(
                name,
                device.best(),
                device.decodeMillis(),
                device.coresToDecode(),
                served.get(name),
                served.get(name) / device.best()));
    return table;
  }
}
