package io.lynxeye.cli;

import io.lynxeye.cli.options.ConsoleProgress;
import io.lynxeye.cli.options.EngineOptions;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.cli.options.StoreOptions;
import io.lynxeye.cli.score.ImageFiles;
import io.lynxeye.engine.EngineLoader;
import io.lynxeye.engine.adapter.SampleImages;
import io.lynxeye.engine.device.Cpu;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.quantizer.ImageFile;
import io.lynxeye.quantizer.QuantizeException;
import io.lynxeye.quantizer.QuantizeListener;
import io.lynxeye.quantizer.QuantizeRequest;
import io.lynxeye.quantizer.QuantizeResult;
import io.lynxeye.quantizer.Quantizer;
import io.lynxeye.serving.model.ModelFormat;
import io.lynxeye.serving.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye quantize}: an int8 variant of a model, beside it in its version's folder. */
@Command(
    name = "quantize",
    description = {
      "Writes an int8 variant of a model into its version's folder.",
      "A third of the images is calibrated with, a sixth chosen with, half tested on. The layers"
          + " that change the answers most stay in float32, until the wanted share of answers is the same. For"
          + " TensorFlow models without variables, on the CPU; not for ONNX models yet."
    },
    mixinStandardHelpOptions = true)
public final class QuantizeCommand implements Callable<Integer> {

  private static final long MAX_FILE_BYTES = 16 << 20;
  private static final double SECONDS = 2;

  /** The longest step that cannot be interrupted loads a model, which takes seconds. */
  private static final int STOP_SECONDS = 60;

  /** The exit code if the wanted agreement is not met; the best point is written all the same. */
  private static final int NOT_MET = 3;

  @Parameters(paramLabel = "MODEL", description = "The model.")
  private String model;

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "The version number. Default: the highest.")
  private Optional<Long> version;

  @Option(
      names = "--calibrate",
      paramLabel = "FOLDER",
      description =
          "Images like those to be scored, 80 or more. Default: the three samples, which are too"
              + " few to say how far the answers agree.")
  private Optional<Path> calibrate;

  @Option(
      names = "--agree",
      paramLabel = "SHARE",
      description =
          "The share of inputs that must keep their best class. Default: ${DEFAULT-VALUE}.",
      defaultValue = "0.96")
  private double agree;

  @Mixin private StoreOptions store;

  @Override
  public Integer call() throws Exception {
    if (!(agree > 0 && agree <= 1)) {
      throw Failure.misuse("--agree " + agree + " is not above 0 and at most 1");
    }
    List<ImageFile> images = images();
    ModelSource source = source();
    EngineLoader loader = EngineOptions.startOnCpu(store.cache(), ConsoleProgress.standard());
    int cores = Runtime.getRuntime().availableProcessors();
    QuantizeRequest request =
        new QuantizeRequest(
            source, store.store(), images, calibrate.isEmpty(), agree, Cpu.ofThisMachine().model());
    CountDownLatch ended = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(caller, ended), "stop"));
    try (Steps steps = new Steps(ConsoleProgress.standard())) {
      return report(new Quantizer(loader, steps, cores, SECONDS).run(request));
    } catch (QuantizeException e) {
      throw new Failure(e.getMessage());
    } catch (InterruptedException e) {
      throw new Failure("stopped: nothing was written");
    } finally {
      ended.countDown();
    }
  }

  /** Lets a run that is stopped by a signal delete its files, and close its models before. */
  private static void stop(Thread caller, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    caller.interrupt();
    try {
      if (!ended.await(STOP_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("lynxeye: its files are left in the store; the next run deletes them");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int report(QuantizeResult result) {
    System.out.println("written to " + result.folder());
    System.out.println(result.line());
    if (!result.isMet()) {
      System.err.printf(
          "lynxeye: the wanted agreement of %.1f %% is not reached; this is the best of the curve%n",
          100 * agree);
    }
    return result.isMet() ? ExitCode.OK : NOT_MET;
  }

  private List<ImageFile> images() throws Failure, IOException {
    if (calibrate.isEmpty()) {
      return SampleImages.read().stream().map(s -> ImageFile.of("a sample image", s)).toList();
    }
    if (!Files.isDirectory(calibrate.get())) {
      throw Failure.misuse("--calibrate " + calibrate.get() + " is not a folder");
    }
    List<ImageFile> images = new ArrayList<>();
    for (String file : ImageFiles.expand(List.of(calibrate.get().toString()))) {
      if (Files.size(Path.of(file)) <= MAX_FILE_BYTES) {
        images.add(ImageFile.of(Path.of(file)));
      } else {
        System.err.println("lynxeye: " + file + " is left out: it is larger than 16 MiB");
      }
    }
    return images;
  }

  private ModelSource source() throws Failure, ImportException, InterruptedException {
    ModelSource source =
        store.find(model).stream()
            .filter(stored -> stored.name().equals(model))
            .flatMap(stored -> stored.sources().stream())
            .filter(each -> version.isEmpty() || each.id().version().value() == version.get())
            .max(Comparator.comparing(ModelSource::id))
            .orElseThrow(
                () ->
                    new Failure(
                        "%s has no version %s that can be served"
                            .formatted(
                                model,
                                version.map(number -> Long.toString(number)).orElse("at all"))));
    if (source.files().format() != ModelFormat.SAVED_MODEL) {
      throw new Failure(
          source.id() + " is no TensorFlow SavedModel: others are not quantised here yet");
    }
    if (!source.folder().toAbsolutePath().startsWith(store.store().toAbsolutePath())) {
      throw new Failure(source.id() + " is an archive: unpack it into a folder of the store first");
    }
    return source;
  }

  /** Shows the steps like those of an import. */
  private static final class Steps implements QuantizeListener, AutoCloseable {

    private final Progress progress;
    private Optional<Progress.Step> current = Optional.empty();

    Steps(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void step(String what, int total) {
      close();
      current = Optional.of(progress.begin(what, total));
    }

    @Override
    public void advance() {
      current.ifPresent(step -> step.advance(1));
    }

    @Override
    public void say(String line) {
      System.out.println(line);
    }

    @Override
    public void warn(String line) {
      System.err.println("lynxeye: " + line);
    }

    @Override
    public void close() {
      current.ifPresent(Progress.Step::close);
      current = Optional.empty();
    }
  }
}
